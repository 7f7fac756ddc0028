import type { Shape } from '@rapport/events'
import fc from 'fast-check'
import { z } from 'zod'

/** Where an arbitrary finds ids of other streams, by their kind. */
export type Refs = (kind: string) => fc.Arbitrary<string>

/** What `ref`, `instant`, `date` and `zone` say of themselves. */
interface Meta {
  readonly ref?: string
  readonly instant?: true
  readonly date?: true
  readonly zone?: true
}

/** Texts that meet often, so that "the same again" is tried too, beside any others. */
const words = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Anna', 'Berg', '移民局') },
  { weight: 1, arbitrary: anyText() },
)

/** Bodies that fit a command's shape, with optional fields left out at times. */
export function bodyOf(shape: Shape, refs: Refs): fc.Arbitrary<Record<string, unknown>> {
  const optional = Object.keys(shape).filter((name) => shape[name] instanceof z.ZodOptional)
  const required = Object.keys(shape).filter((name) => !optional.includes(name))
  const fields = Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, valueOf(schema, refs)]))
  return fc.record(fields, { requiredKeys: required })
}

function valueOf(schema: z.ZodType, refs: Refs): fc.Arbitrary<unknown> {
  const meta = (schema.meta() ?? {}) as Meta
  if (meta.ref !== undefined) return refs(meta.ref)
  if (meta.zone) return fc.constantFrom('Europe/Berlin', 'Asia/Shanghai', 'UTC')
  if (meta.date) return days
  if (meta.instant) return instants
  if (schema instanceof z.ZodOptional) return valueOf(schema.unwrap() as z.ZodType, refs)
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options)
  if (schema instanceof z.ZodBoolean) return fc.boolean()
  if (schema instanceof z.ZodObject) return bodyOf(schema.shape as Shape, refs)
  if (schema instanceof z.ZodNumber)
    return fc.integer({ min: schema.minValue ?? -1000, max: Math.min(schema.maxValue ?? 1000, 1000) })
  if (schema instanceof z.ZodArray) {
    const { minimum = 0, maximum = 3 } = checksOf(schema)
    return fc.array(valueOf(schema.element as z.ZodType, refs), { minLength: minimum, maxLength: Math.min(maximum, 3) })
  }
  if (schema instanceof z.ZodString) {
    const { pattern } = checksOf(schema)
    return pattern === undefined
      ? words
      : fc.constantFrom(...fc.sample(fc.stringMatching(pattern), { seed: 7, numRuns: 3 }))
  }
  throw new TypeError(`No arbitrary is known for a ${schema.type}: teach it to libs/platform/testing/src/arbitrary.ts.`)
}

/** The bounds and the pattern that a schema was given. */
const checksOf = (schema: z.ZodType): { minimum?: number; maximum?: number; pattern?: RegExp } =>
  Object.assign({}, ...(schema._zod.def.checks ?? []).map((check) => check._zod.def)) as object

const first = Temporal.PlainDate.from('2026-02-20')
const days = fc.nat(20).map((n) => first.add({ days: n }).toString())
/** Around the clock of a walk, so that some lie before, some after what else happens. */
export const instants = fc
  .nat(12 * 24 * 60)
  .map((minutes) =>
    Temporal.Instant.from('2026-02-20T00:00:00Z').add({ minutes }).toString({ fractionalSecondDigits: 3 }),
  )

function anyText(): fc.Arbitrary<string> {
  return fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
}
