import {
  onDay,
  occurredJson,
  parseDate,
  parseInstant,
  isZone,
  type AnyDecision,
  type Doc,
  type Json,
  type Occurred,
  type Shape,
} from '@rapport/events'
import { ValidateBy, validateSync } from 'class-validator'
import { z } from 'zod'
import { EdgeRefusal, type Fault } from './problems.ts'

/** Whether the first instant of a day is one that can be recorded; east of Greenwich that of 1900-01-01 is not. */
const beginsInRange = ({ date, zone }: { readonly date: string; readonly zone: string }): boolean =>
  parseDate(date) === undefined || !isZone(zone) || parseInstant(onDay(date, zone).occurredAt) !== undefined

/** When it happened, as a body says it: an instant, or a day with its zone. */
export const occurredAt = z
  .union([
    z.string().refine((text) => parseInstant(text) !== undefined, 'must be an instant with an offset, or {date, zone}'),
    z
      .strictObject({
        date: z.string().refine((text) => parseDate(text) !== undefined, 'must be a date YYYY-MM-DD'),
        zone: z.string().refine(isZone, 'must be an IANA time zone'),
      })
      .refine(beginsInRange, 'must begin within the years 1900 to 2199'),
  ])
  .optional()
export type OccurredAt = z.input<typeof occurredAt>

export const occurredOf = (given: OccurredAt): Occurred | undefined => {
  if (given === undefined) return undefined
  return typeof given === 'string' ? { occurredAt: parseInstant(given)! } : onDay(given.date, given.zone)
}
export { occurredJson }

/** A body that was accepted: the command, when it happened, and the whole as received, which the fingerprint covers. */
export interface CommandInput {
  readonly command: Doc
  readonly occurred: Occurred | undefined
  readonly received: Doc
}

/** A class of its own for the body of each command: its class-validator rules are the command's schema, field by field. */
export interface CommandDto {
  readonly Dto: new () => object
  readonly shape: Shape
  /** The same as one schema. */
  readonly schema: z.ZodType
  /** The faults of a body; none where it is accepted. */
  faults(body: Json): readonly Fault[]
  /** The accepted body, or `invalid-command` with every fault. */
  parse(body: Json): CommandInput
}

const made = new WeakMap<AnyDecision, CommandDto>()
export function commandDto(decision: AnyDecision): CommandDto {
  let dto = made.get(decision)
  if (dto === undefined) made.set(decision, (dto = build(decision)))
  return dto
}

function build(decision: AnyDecision): CommandDto {
  const command = decision.command as Shape
  const name = `${decision.stream.name}.${decision.name}`
  for (const reserved of ['occurredAt', ...Object.getOwnPropertyNames(Object.prototype)])
    if (Object.hasOwn(command, reserved)) throw new TypeError(`${name} has a field ${reserved}, which is reserved.`)
  const shape: Shape = { ...command, occurredAt }
  const Dto = { [name]: class {} }[name]!
  for (const [field, schema] of Object.entries(shape))
    ValidateBy({
      name: 'schema',
      validator: {
        validate: (value) => schema.safeParse(value).success,
        defaultMessage: () => `${field} does not fit`,
      },
    })(Dto.prototype as object, field)

  const faults = (body: Json): readonly Fault[] => {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return [{ pointer: '', detail: 'must be an object' }]
    // A name that every object inherits would pass as known, or replace what class-validator looks at.
    const inherited = Object.keys(body).filter((key) => key in Object.prototype)
    if (inherited.length > 0) return inherited.map(unknownField)
    const instance = Object.assign(new Dto(), body) as Record<string, unknown>
    const errors = validateSync(instance, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
    })
    return errors.flatMap(({ property }) => {
      const schema = Object.hasOwn(shape, property) ? shape[property] : undefined
      return schema === undefined ? [unknownField(property)] : fieldFaults(property, schema, instance[property])
    })
  }
  return {
    Dto,
    shape,
    schema: z.strictObject(shape),
    faults,
    parse(body) {
      const found = faults(body)
      if (found.length > 0) throw new EdgeRefusal('invalid-command', { errors: found })
      const received = body as Doc
      const { occurredAt: when, ...rest } = received
      return { command: rest, occurred: occurredOf(when as OccurredAt), received }
    },
  }
}

const unknownField = (name: string): Fault => ({ pointer: pointerOf([name]), detail: 'is not a field of this command' })

function fieldFaults(name: string, schema: z.ZodType, value: unknown): readonly Fault[] {
  if (value === undefined) return [{ pointer: pointerOf([name]), detail: 'is missing' }]
  return faultsOf(schema.safeParse(value).error, [name])
}

/** What a schema found, each with its place below `at`; a field that is too many is named itself. */
export const faultsOf = (error: z.ZodError | undefined, at: readonly string[] = []): readonly Fault[] =>
  (error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerOf([...at, ...issue.path, key]), detail: 'is not a field here' }))
      : [{ pointer: pointerOf([...at, ...issue.path]), detail: issue.message }],
  )

/** RFC 6901. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
