import type { Json } from '@rapport/events'
import fc from 'fast-check'

const strange: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  5,
  1.5,
  1e21,
  9007199254740991,
  '',
  ' ',
  'x',
  'calm',
  '0',
  '2026-02-30',
  '2026-03-01',
  '2026-03-01T10:00:00Z',
  '2026-03-01T10:00:00.1234Z',
  '0192F0C1-7B7A-7C3E-8B8A-1234567890AB',
  '00000000-0000-0000-0000-000000000000',
  'a@b',
  '@',
  'x'.repeat(201),
  'x'.repeat(501),
  'x'.repeat(2001),
  'x'.repeat(20_001),
  '汉字',
  '\u0000',
  '2199-12-31',
  '1900-01-01',
  '2199-12-31T23:59:59.999Z',
  '1900-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  [],
  [null],
  {},
  { $ne: null },
  ['x'],
  { date: '2026-03-01', zone: 'Asia/Shanghai' },
  { date: '2026-03-01', zone: '+08:00' },
]
const names = [
  'occurredAt',
  'toString',
  'hasOwnProperty',
  'constructor',
  'prototype',
  '__proto__',
  'extra',
  '',
  'valueOf',
  'length',
  '0',
]

const value = fc.oneof(fc.constantFrom(...strange), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>)

/** One thing that {@link mutate} does to a body. */
export interface Mutation {
  readonly path: readonly number[]
  readonly act: string
  readonly name: string
  readonly value: Json
}
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  path: fc.array(fc.nat(20), { maxLength: 4 }),
  act: fc.constantFrom('drop', 'replace', 'add', 'double'),
  name: fc.constantFrom(...names),
  value,
})

/** Valid JSON bodies near an example: members dropped, added, replaced, doubled, at any depth; now and then something else entirely. */
export function mutated(example: Json): fc.Arbitrary<Json> {
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc.array(mutation, { maxLength: 3 }).map((steps) => steps.reduce(mutate, example)),
    },
    { weight: 1, arbitrary: value },
  )
}

/** The body with one member dropped, replaced, added or doubled, at the depth that the path names. */
export const mutate = (body: Json, step: Mutation): Json => change(body, step.path, step)

function change(body: Json, path: readonly number[], step: Mutation): Json {
  if (typeof body !== 'object' || body === null) return step.value
  const entries: [string, Json][] = Object.entries(body as object)
  const [at, ...rest] = path
  if (step.act === 'add' && (at === undefined || entries.length === 0)) entries.push([step.name, step.value])
  else if (entries.length === 0) return step.value
  else {
    const n = (at ?? 0) % entries.length
    const [key, inner] = entries[n]!
    if (rest.length > 0 && typeof inner === 'object' && inner !== null) entries[n] = [key, change(inner, rest, step)]
    else if (step.act === 'drop') entries.splice(n, 1)
    else if (step.act === 'double') entries.push([`${key}2`, inner])
    else if (step.act === 'add') entries.push([step.name, step.value])
    else entries[n] = [key, step.value]
  }
  return Array.isArray(body) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}
