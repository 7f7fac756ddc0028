import type { Json } from '@rapport/events'

interface Schema {
  readonly type?: string
  readonly format?: string
  readonly maxLength?: number
  readonly maximum?: number
  readonly minimum?: number
  readonly maxItems?: number
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
type Doc = Readonly<Record<string, Json>>

/** BR-59, and the ends of the years that are kept. */
export const noDates = [
  '2026-02-30',
  '2027-02-29T10:00:00Z',
  '2026-13-01',
  '-2012',
  '2026-W05',
  '2026-05-01T24:30:00Z',
  '2026-05-01T23:59:60Z',
  '2026-05-01T10:00:00',
  '2026-05-01T10:00:00.1234Z',
  '+012026-01-01',
  '1899-12-31',
  '1899-12-31T23:59:59Z',
  '2200-01-01',
  '2200-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
] as const

/** A body with one fault, and the JSON Pointer of the field that has it. */
export interface Broken {
  readonly what: string
  readonly pointer: string
  readonly body: Json
}

const samples: Readonly<Record<string, Json>> = {
  string: 'x',
  number: 7.5,
  boolean: true,
  array: [],
  object: {},
  null: null,
}
const fits = (type: string | undefined, sample: string): boolean =>
  type === sample || (type === undefined && sample !== 'null')

/** Every body that differs from a good one in one field that is missing, unknown, of another type, too long or no date. */
export function brokenBodies(good: Doc, schema: Schema): readonly Broken[] {
  const found: Broken[] = [
    { what: 'an unknown field', pointer: '/nonsense', body: { ...good, nonsense: 1 } },
    ...noDates.map((at) => ({ what: at, pointer: '/occurredAt', body: { ...good, occurredAt: at } })),
    { what: 'a day without a zone', pointer: '/occurredAt', body: { ...good, occurredAt: { date: '2026-03-02' } } },
    {
      what: 'an offset',
      pointer: '/occurredAt',
      body: { ...good, occurredAt: { date: '2026-03-02', zone: '+01:00' } },
    },
  ]
  for (const name of schema.required ?? []) {
    const { [name]: _, ...rest } = good
    found.push({ what: 'missing', pointer: `/${name}`, body: rest })
  }
  for (const [name, field] of Object.entries(schema.properties ?? {}))
    if (name !== 'occurredAt')
      for (const { what, pointer, body } of brokenValues(good[name], field))
        found.push({ what, pointer: `/${name}${pointer}`, body: { ...good, [name]: body } })
  return found
}

function brokenValues(good: Json | undefined, schema: Schema): readonly Broken[] {
  const found: Broken[] = []
  const add = (what: string, body: Json, pointer = ''): void => void found.push({ what, pointer, body })
  for (const [sample, value] of Object.entries(samples))
    if (schema.anyOf === undefined && !fits(schema.type === 'integer' ? 'number' : schema.type, sample))
      add(`a ${sample}`, value)
  if (schema.type === 'integer') add('no whole number', 7.5)
  if (schema.maxLength !== undefined) add('too long', 'x'.repeat(schema.maxLength + 1))
  if (schema.maximum !== undefined) add('too large', schema.maximum + 1)
  if (schema.minimum !== undefined) add('too small', schema.minimum - 1)
  if (schema.enum !== undefined) add('none of those that there are', 'none of them')
  if (schema.format === 'uuid') for (const id of ['undefined', 'null', '[object Object]', '']) add('no id', id)
  if (schema.format === 'date' || schema.format === 'date-time') for (const at of noDates) add(at, at)
  if (schema.maxItems !== undefined && Array.isArray(good) && good.length > 0)
    add(
      'too many',
      Array.from({ length: schema.maxItems + 1 }, () => good[0] as Json),
    )
  if (schema.items !== undefined && Array.isArray(good) && good.length > 0)
    for (const { what, pointer, body } of brokenValues(good[0] as Json, schema.items)) add(what, [body], `/0${pointer}`)
  if (schema.properties !== undefined && typeof good === 'object' && good !== null && !Array.isArray(good)) {
    const given = good as Doc
    add('an unknown field', { ...given, nonsense: 1 }, '/nonsense')
    for (const [name, field] of Object.entries(schema.properties))
      for (const { what, pointer, body } of brokenValues(given[name], field))
        add(what, { ...given, [name]: body }, `/${name}${pointer}`)
  }
  return found
}
