import { isZone, parseDate } from '@rapport/events'
import { z } from 'zod'
import { datePattern } from './dates.ts'
import { template } from './template.ts'

// The form of a mapping file, for its author: every refusal is a sentence that says what is expected.

const column = z.string().min(1)
const columns = z.array(column).min(1)
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text, a number, true or false' })
const word = (pattern: RegExp, what: string) => z.string().regex(pattern, { error: `expected ${what}` })
const good = <T>(check: (text: string) => T | { readonly wrong: string }) =>
  z.string().check((context) => {
    const found = check(context.value) as { readonly wrong?: string }
    if (found.wrong !== undefined)
      context.issues.push({ code: 'custom', input: context.value, message: `"${context.value}": ${found.wrong}` })
  })

const zone = z.string().refine(isZone, { error: 'expected the name of a time zone, such as Europe/Berlin' })
const day = z
  .string()
  .refine((text) => parseDate(text) !== undefined, { error: 'expected an existing day, YYYY-MM-DD' })
const text = good(template)
const dates = z.array(good(datePattern)).min(1)
const missing = z.array(
  z
    .union([z.string(), z.number()], {
      error: "expected a text or a number (a word such as null stands in quotes: 'NULL')",
    })
    .transform(String),
)
const isEncoding = (label: string): boolean => {
  try {
    new TextDecoder(label)
    return true
  } catch {
    return false
  }
}
const encoding = z
  .string()
  .refine(isEncoding, { error: 'expected the name of an encoding, such as utf-8, windows-1252 or gb18030' })
const ascii = word(/^[\t\x20-\x7e]$/, 'one character')

const factName = word(/^[a-z][a-z0-9-]*$/, 'a name of small letters, digits and hyphens')
const onChange = z.enum(['reject', 'correct', 'keep'])

const numbers = z.strictObject({
  as: z.enum(['integer', 'decimal', 'minor']),
  decimal: z.enum(['.', ',']).default('.'),
  group: z.string().length(1).optional(),
  scale: z.number().int().min(0).max(9).default(2),
})
const sources = ['column', 'columns', 'const', 'template', 'fact'] as const
const value = z
  .strictObject({
    column: column.optional(),
    columns: columns.optional(),
    const: z.union([scalar, z.array(scalar)]).optional(),
    template: text.optional(),
    fact: factName.optional(),
    missing: missing.optional(),
    map: z.record(z.string(), scalar).optional(),
    otherwise: scalar.optional(),
    date: z.enum(['instant', 'day']).optional(),
    dates: dates.optional(),
    zone: zone.optional(),
    number: z.preprocess((v) => (typeof v === 'string' ? { as: v } : v), numbers.optional()),
    split: z.string().min(1).optional(),
  })
  .refine((v) => sources.filter((s) => v[s] !== undefined).length === 1, {
    error: `expected exactly one of ${sources.join(', ')}`,
  })
  .refine((v) => (v.const === undefined && v.fact === undefined) || Object.keys(v).length === 1, {
    error: 'a const or a fact stands alone',
  })
  .refine((v) => [v.map, v.date, v.number].filter((x) => x !== undefined).length <= 1, {
    error: 'expected at most one of map, date, number',
  })
const when = z
  .strictObject({
    column: column.optional(),
    template: text.optional(),
    missing: missing.optional(),
    dates: dates.optional(),
    zone: zone.optional(),
  })
  .refine((v) => (v.column === undefined) !== (v.template === undefined), {
    error: 'expected exactly one of column, template',
  })
const applies = {
  requires: columns.optional(),
  unless: columns.optional(),
  where: z.record(z.string(), z.array(scalar.transform(String)).min(1)).optional(),
}

export const mappingSchema = z.strictObject({
  mapping: z.literal(1, { error: 'expected 1, the version of this format' }),
  source: word(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a short name of the source system: small letters, digits and hyphens'),
  context: word(/^[a-z][a-z-]*$/, 'the name of a context'),
  format: z.enum(['csv', 'jsonl']).optional(),
  encoding: encoding.default('utf-8'),
  delimiter: ascii.optional(),
  quote: ascii.default('"'),
  missing: missing.default([]),
  zone: zone.optional(),
  dates: dates.default([]),
  key: columns,
  reference: column.optional(),
  referencePersonal: z.boolean().default(false),
  onChange: onChange.default('reject'),
  engagement: z
    .strictObject({
      key: z.array(column).default([]),
      client: text,
      name: text,
      manager: z.strictObject({ name: text, mail: text.optional() }),
      zone: zone,
      start: day,
      reference: text.optional(),
    })
    .optional(),
  facts: z
    .array(
      z.strictObject({
        name: factName,
        as: word(/^([a-z][a-z-]*\/)?[a-z][a-z-]*$/, 'the name of a fact, such as person or engagements/person'),
        each: column.optional(),
        key: columns.optional(),
        ...applies,
        occurredAt: when.optional(),
        fields: z.record(word(/^[a-z][A-Za-z0-9]*$/, 'the name of a field'), value),
        onChange: onChange.optional(),
      }),
    )
    .min(1)
    .refine((facts) => new Set(facts.map((f) => f.name)).size === facts.length, {
      error: 'two facts have the same name',
    }),
  notes: z.array(z.strictObject({ ...applies, text: z.string().min(1) })).default([]),
})

/** A mapping file as its author wrote it, with the defaults filled in. */
export type MappingFile = z.output<typeof mappingSchema>
export type ValueSpec = z.output<typeof value>
export type WhenSpec = z.output<typeof when>
export type Applies = Pick<MappingFile['notes'][number], 'requires' | 'unless' | 'where'>
