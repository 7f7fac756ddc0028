import { subjects, type Shape, type Subject, type Words } from '@rapport/events'
import { z } from 'zod'

/** One field of a command, an event or a query, in words. */
export interface Field {
  readonly name: string
  readonly type: string
  readonly required: boolean
  /** Whose key seals it, where it is personal. */
  readonly subject?: string
  readonly description?: string
}

/** The fields of a shape in order; those of objects within it follow with dotted names. */
export const fieldsOf = (shape: Shape): readonly Field[] =>
  Object.entries(shape).flatMap(([name, schema]) => fields(name, schema))

function fields(name: string, schema: z.ZodType): readonly Field[] {
  const bare = unwrap(schema)
  const marked =
    subjects.get(bare) ?? (bare instanceof z.ZodArray ? subjects.get(bare.element as z.ZodType) : undefined)
  const description = schema.description ?? bare.description
  const field: Field = {
    name,
    type: typeOf(bare),
    required: !schema.safeParse(undefined).success,
    ...(marked !== undefined && { subject: subjectWords(marked.subject) }),
    ...(description !== undefined && { description }),
  }
  const element = bare instanceof z.ZodArray ? (bare.element as z.ZodType) : bare
  const inner = marked === undefined && element instanceof z.ZodObject ? (element.shape as Shape) : {}
  const prefix = bare instanceof z.ZodArray ? `${name}[].` : `${name}.`
  return [field, ...Object.entries(inner).flatMap(([part, of]) => fields(`${prefix}${part}`, of))]
}

/** The schema below `optional`. */
export const unwrap = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional ? unwrap(schema.unwrap() as z.ZodType) : schema

const subjectWords = (subject: Subject): string =>
  subject === 'engagement'
    ? 'the engagement'
    : subject === 'stream'
      ? 'the stream itself'
      : `the person in \`${subject.field}\``

type JsonSchema = z.core.JSONSchema.JSONSchema & {
  ref?: string
  words?: Record<string, Words>
  instant?: true
  date?: true
  zone?: true
}
const typeOf = (schema: z.ZodType): string =>
  words(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)

function words(json: JsonSchema): string {
  if (json.ref !== undefined) return `id (${json.ref})`
  if (json.instant) return 'instant with an offset'
  if (json.date) return 'date `YYYY-MM-DD`'
  if (json.zone) return 'IANA time zone'
  if (json.enum !== undefined) return `one of ${json.enum.map((code) => `\`${String(code)}\``).join(', ')}`
  if (json.const !== undefined) return `\`${JSON.stringify(json.const)}\``
  if (json.anyOf !== undefined) return json.anyOf.map((one) => words(one as JsonSchema)).join(', or ')
  switch (json.type) {
    case 'array':
      return `list of ${range(json.minItems, json.maxItems)}: ${words((json.items ?? {}) as JsonSchema)}`
    case 'string':
      return `text${characters(json.minLength, json.maxLength)}${json.pattern === undefined ? '' : ` that matches \`${json.pattern}\``}`
    case 'integer':
    case 'number':
      return `${json.type === 'integer' ? 'whole number' : 'number'}${limit(json.minimum, json.maximum)}`
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'object'
    default:
      return 'any value'
  }
}

const characters = (min: number | undefined, max: number | undefined): string =>
  max === undefined
    ? ''
    : min === undefined || min === 0
      ? ` of up to ${max} characters`
      : ` of ${min} to ${max} characters`
const limit = (min: number | undefined, max: number | undefined): string =>
  min === undefined || max === undefined ? '' : ` from ${min} to ${max}`
const range = (min: number | undefined, max: number | undefined): string =>
  max === undefined ? `${min ?? 0} or more` : `${min ?? 0} to ${max}`
