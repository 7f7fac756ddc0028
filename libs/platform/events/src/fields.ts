import { z } from 'zod'
import { uuidPattern } from './ports.ts'
import { isZone, parseDate, parseInstant } from './time.ts'

declare const valueOf: unique symbol
declare const referTo: unique symbol

/** A personal value as events, states and documents hold it: it may be copied, never read; `handle` opens it for a decision. */
export interface Sealed<T> {
  readonly [valueOf]: T
}
/** What stands where a value was whose key is destroyed. */
export interface Erased {
  readonly erased: true
}
export type Ref<N extends string> = string & { readonly [referTo]: N }
export type Shape = Readonly<Record<string, z.ZodType>>
/** Absent members are absent: none is there as undefined. */
type Exact<T> = { [K in keyof T]: Exclude<T[K], undefined> }
/** What a command brings and what an event is made of. */
export type Plain<D extends Shape> = Exact<z.input<z.ZodObject<D>>>
/** What `evolve`, `publish` and read models see: personal fields sealed. */
export type Stored<D extends Shape> = Exact<z.output<z.ZodObject<D>>>
export type Opened<S> =
  S extends Sealed<infer T>
    ? T | Erased
    : S extends string | number | boolean | null | undefined
      ? S
      : S extends readonly (infer E)[]
        ? readonly Opened<E>[]
        : { readonly [P in keyof S]: Opened<S[P]> }

/** Whose key seals a field: the engagement's, the stream's own, or that of the ref in a field of the same object. */
export type Subject = 'engagement' | 'stream' | { readonly field: string }
export const subjects = z.registry<{ subject: Subject }>()

/** Words of both languages. */
export interface Words {
  readonly en: string
  readonly zh: string
}

/** Limits of fields, in characters. */
export const fieldLimits = { name: 200, line: 500, text: 20_000 } as const

/** Text of 1 to `max` characters; `empty` also accepts none. */
export const text = (max: number, options: { readonly empty?: boolean } = {}): z.ZodString =>
  z
    .string()
    .min(options.empty === true ? 0 : 1)
    .max(max)

/** The id of another stream, in lower case; whether it exists is for a decision's facts to say. */
export const ref = <const N extends string>(of: N): z.ZodType<Ref<N>, Ref<N>> =>
  z
    .string()
    .overwrite((value) => value.toLowerCase())
    .regex(uuidPattern, 'must be a UUID')
    .meta({ ref: of, format: 'uuid' }) as unknown as z.ZodType<Ref<N>, Ref<N>>

/** An instant with an offset, stored as `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export const instant = (): z.ZodString =>
  z
    .string()
    .refine((value) => parseInstant(value) !== undefined, {
      error: 'must be an instant with seconds, at most three decimals and an offset, such as 2026-03-02T09:00:00Z',
      abort: true,
    })
    .overwrite((value) => parseInstant(value) ?? value)
    .meta({ format: 'date-time', instant: true })

/** An existing day, `YYYY-MM-DD`. */
export const date = (): z.ZodString =>
  z
    .string()
    .refine((value) => parseDate(value) !== undefined, 'must be a date YYYY-MM-DD')
    .meta({ format: 'date', date: true })

/** An IANA time zone. */
export const zone = (): z.ZodString => z.string().refine(isZone, 'must be an IANA time zone').meta({ zone: true })

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number): z.ZodNumber => z.number().int().min(min).max(max)

/** One of a few codes, each with its words for people. */
export const choice = <const C extends Record<string, Words>>(words: C): z.ZodEnum<{ [K in keyof C & string]: K }> =>
  z.enum(Object.keys(words) as [string, ...string[]]).meta({ words }) as unknown as z.ZodEnum<{
    [K in keyof C & string]: K
  }>

/** One of a few codes that nobody reads. */
export const oneOf = <const V extends readonly [string, ...string[]]>(
  ...values: V
): z.ZodEnum<{ [K in V[number]]: K }> => z.enum(values)

/** A mail address as somebody types it: at least one character on either side of a single @, no white space. */
export const mail = (): z.ZodString =>
  z
    .string()
    .max(254)
    .regex(/^[^\s@]+@[^\s@]+$/u, 'must be a mail address')

/** Marks a field as personal: stored encrypted under the subject's key and opened only for a decision or a reader who may. */
export const personal = <T>(subject: Subject, schema: z.ZodType<T, T>): z.ZodType<Sealed<T>, T> => {
  const own = schema.clone()
  subjects.add(own, { subject })
  return own as unknown as z.ZodType<Sealed<T>, T>
}

/** The same address for everybody who types it: trimmed, NFC, the domain as A-label, lower case (contracts.md §11). */
export function normaliseMail(address: string): string {
  const whole = address.trim().normalize('NFC')
  const at = whole.lastIndexOf('@')
  const domain = URL.parse(`http://${whole.slice(at + 1)}`)?.hostname ?? whole.slice(at + 1)
  return `${whole.slice(0, at)}@${domain}`.toLowerCase()
}
