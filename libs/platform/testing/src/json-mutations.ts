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
  '汉字',
  '\u0000',
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

/** Valid JSON bodies near an example: members dropped, added, replaced, doubled, at any depth; now and then something else entirely. */
export function mutated(example: Json): fc.Arbitrary<Json> {
  const value = fc.oneof(fc.constantFrom(...strange), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>)
  const step = fc.record({
    path: fc.array(fc.nat(20), { maxLength: 4 }),
    act: fc.constantFrom('drop', 'replace', 'add', 'double'),
    name: fc.constantFrom(...names),
    value,
  })
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .array(step, { maxLength: 3 })
        .map((steps) => steps.reduce((body, s) => change(body, s.path, s), example)),
    },
    { weight: 1, arbitrary: value },
  )
}

interface Step {
  readonly act: string
  readonly name: string
  readonly value: Json
}
function change(body: Json, path: readonly number[], step: Step): Json {
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
