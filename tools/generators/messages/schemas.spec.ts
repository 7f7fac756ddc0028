import { describe, expect, test } from '@jest/globals'
import { messagesOf, type Doc, type Json } from '@rapport/events'
import { tell } from '../../checks/corpus/story.ts'
import { registry } from '../house.ts'
import { ceType, nameOf, publicEvents } from './contracts.ts'
import { published, schemaNameOf, validator } from './published.fixture.ts'
import { fileOf, HEADERS, IDENTITY, schemas, SEALED, type Schema } from './schemas.ts'

const all = schemas()
const ajv = validator(all)
const holds = (name: string, value: unknown): boolean => ajv.validate(name, value) as boolean

test('every public event that a context records is among the contracts, once, and has a schema', () => {
  const recorded = registry.streams.flatMap(({ stream }) =>
    [...stream.events.values()].flatMap((e) => e.contract ?? []),
  )
  expect(recorded.length).toBeGreaterThan(0)
  expect(recorded.filter((contract) => !publicEvents.includes(contract)).map(nameOf)).toEqual([])
  expect(new Set(publicEvents.map(nameOf)).size).toBe(publicEvents.length)
  expect([...all.keys()].sort()).toEqual([HEADERS, IDENTITY, SEALED, ...publicEvents.map(fileOf)].sort())
})

test.each([...all.keys()])('%s compiles in strict mode', (name) => {
  expect(ajv.getSchema(name)).toBeInstanceOf(Function)
})

test('every public event stands in a fixture', () => {
  const told = new Set(published.map(({ message }) => message.headers['ce_type']))
  expect(publicEvents.filter((event) => !told.has(ceType(event))).map(nameOf)).toEqual([])
})

describe.each(published.map(({ path, message }) => [path, message] as const))('what %s publishes', (_, message) => {
  const name = schemaNameOf(message)
  const value = JSON.parse(message.value) as Doc
  const members = [...membersOf(value, all.get(name)!)]

  test('fits its schema, which describes every member, and so do its headers', () => {
    expect([holds(HEADERS, message.headers), ajv.errors]).toEqual([true, null])
    expect([holds(name, value), ajv.errors]).toEqual([true, null])
    for (const [path, , node] of members) expect([path, node]).toEqual([path, expect.anything()])
  })

  test('does not fit without a member that is required, and fits without any other', () => {
    for (const [path, required] of members) {
      const without = changed(value, path, undefined)
      // A day has its zone.
      if (path[0] === 'occurredOn' || path[0] === 'zone') expect([path, holds(name, without)]).toEqual([path, false])
      else expect([path, holds(name, without)]).toEqual([path, !required])
    }
  })

  test('does not fit with a member of another type', () => {
    for (const [path, , , held] of members) {
      const other = typeof held === 'string' ? 42 : Array.isArray(held) ? {} : typeof held === 'object' ? [] : 'x'
      expect([path, holds(name, changed(value, path, other))]).toEqual([path, false])
      expect([path, holds(name, changed(value, path, null))]).toEqual([path, false])
    }
  })

  test('does not fit as another version, type or stream, and fits with a member that comes later', () => {
    for (const other of [{ version: 99 }, { type: 'Other' }, { stream: 'other.stream' }])
      expect([other, holds(name, { ...value, ...other })]).toEqual([other, false])
    expect(holds(name, { ...value, later: 1, data: { ...(value['data'] as Doc), later: 1 } })).toBe(true)
  })
})

test('what a story publishes fits too, with days and imports in it', async () => {
  const values = (await tell(registry)).flatMap((stored) =>
    messagesOf(registry, stored, 'urn:rapport:story').map((message) => {
      const value = JSON.parse(message.value) as Doc
      expect([message.value, holds(schemaNameOf(message), value), ajv.errors]).toEqual([message.value, true, null])
      return value
    }),
  )
  for (const member of ['occurredOn', 'imported', 'client', 'engagement'])
    expect([member, values.some((value) => value[member] !== undefined)]).toEqual([member, true])
  const day = values.find((value) => value['occurredOn'] !== undefined)!
  const name = `${String(day['stream'])}.${String(day['type'])}.v1.schema.json`
  for (const [member, other] of [
    ['zone', undefined],
    ['occurredOn', '2026-02-30'],
    ['occurredAt', '2026-03-02'],
  ] as const)
    expect([member, holds(name, changed(day, [member], other))]).toEqual([member, false])
})

type Path = readonly (string | number)[]

/** Every member within a value: its path, whether the schema requires it, what the schema says of it, and the value. */
function* membersOf(
  value: Json,
  schema: Schema,
  path: Path = [],
): Generator<readonly [Path, boolean, Schema | undefined, Json]> {
  if (Array.isArray(value)) {
    const items = merged(schema).items
    if (items !== undefined)
      for (const [n, item] of value.entries()) yield* membersOf(item as Json, items, [...path, n])
    return
  }
  if (typeof value !== 'object' || value === null) return
  const { required, properties } = merged(schema)
  for (const [name, held] of Object.entries(value as Doc)) {
    const node = properties[name]
    yield [[...path, name], required.has(name), node, held]
    if (node !== undefined) yield* membersOf(held, node, [...path, name])
  }
}

interface Merged {
  readonly required: Set<string>
  readonly properties: Record<string, Schema>
  items?: Schema
}
function merged(schema: Schema): Merged {
  const parts = [...((schema['allOf'] ?? []) as readonly Schema[])]
  if (schema['$ref'] !== undefined) parts.push(all.get(schema['$ref'] as string)!)
  const into: Merged = { required: new Set(), properties: {} }
  for (const part of parts.map(merged)) {
    part.required.forEach((name) => into.required.add(name))
    Object.assign(into.properties, part.properties)
  }
  for (const name of (schema['required'] ?? []) as readonly string[]) into.required.add(name)
  Object.assign(into.properties, schema['properties'])
  if (typeof schema['items'] === 'object') into.items = schema['items'] as Schema
  return into
}

/** A copy with another value at a path; undefined takes the member away. */
function changed(value: Json, [name, ...rest]: Path, other: Json | undefined): Json {
  const copy = structuredClone(value) as Record<string | number, Json>
  if (rest.length > 0) copy[name!] = changed(copy[name!]!, rest, other)
  else if (other === undefined) delete copy[name!]
  else copy[name!] = other
  return copy
}
