import { describe, expect, test } from '@jest/globals'
import { choice, date, instant, personal, publicEvent, ref, text, whole, zone, type Shape } from '@rapport/events'
import { z } from 'zod'
import { messageSchema, schemas, type Schema } from '../../generators/messages/schemas.ts'
import { allBroken, bare, broken } from './compare.ts'

const word = (name: string) => ({ en: name, zh: name })
const shape = {
  host: ref('radio.person'),
  channel: choice({ am: word('am'), fm: word('fm') }),
  minutes: whole(1, 60),
  words: text(100),
  secret: personal('engagement', text(100)),
  airedAt: instant(),
  guests: z
    .array(z.strictObject({ who: ref('radio.person'), fee: whole(0, 9).optional() }))
    .min(1)
    .max(5),
  note: text(10).optional(),
}
const said = (of: Shape): Schema => bare(messageSchema(publicEvent('radio.news', 'Said', 1, of)))
const without = (...names: readonly string[]): Shape =>
  Object.fromEntries(Object.entries(shape).filter(([name]) => !names.includes(name)))
const guests = (of: z.ZodType) => z.array(of).min(1).max(5)

describe('refused is', () => {
  test.each<[string, Shape, string]>([
    ['a removed field', without('words'), '/data/words is removed'],
    ['a removed optional field', without('note'), '/data/note is removed'],
    [
      'a removed field in a list',
      { ...shape, guests: guests(z.strictObject({ who: ref('radio.person') })) },
      '/data/guests[]/fee is removed',
    ],
    ['a renamed field', { ...without('words'), text: text(100) }, '/data/words is removed'],
    ['a number for a text', { ...shape, words: whole(1, 5) }, '/data/words is retyped: type "integer", not "string"'],
    ['a list for one', { ...shape, words: z.array(text(100)) }, '/data/words is retyped: type "array", not "string"'],
    ['the reference to another stream', { ...shape, host: ref('radio.guest') }, '/data/host is retyped: $comment'],
    ['a day for an instant', { ...shape, airedAt: date() }, '/data/airedAt is retyped: format'],
    ['free text for codes', { ...shape, channel: text(10) }, '/data/channel is retyped: enum'],
    ['codes for free text', { ...shape, words: choice({ a: word('a') }) }, '/data/words is retyped: enum'],
    ['a text sealed', { ...shape, words: personal('engagement', text(100)) }, '/data/words is retyped: $ref'],
    ['a text no longer sealed', { ...shape, secret: text(100) }, '/data/secret is retyped: $ref'],
    ['another pattern', { ...shape, words: text(100).regex(/^a/) }, '/data/words is retyped: pattern'],
    ['a new required field', { ...shape, more: text(10) }, '/data/more is newly required'],
    ['an optional field required', { ...shape, note: text(10) }, '/data/note is newly required'],
    ['a required field optional', { ...shape, words: text(100).optional() }, '/data/words is no longer always there'],
    [
      'a field required in a list',
      { ...shape, guests: guests(z.strictObject({ who: ref('radio.person'), fee: whole(0, 9) })) },
      '/data/guests[]/fee is newly required',
    ],
    ['one code less', { ...shape, channel: choice({ fm: word('fm') }) }, '/data/channel is narrowed: without am'],
    [
      'another code',
      { ...shape, channel: choice({ am: word('am'), dab: word('dab') }) },
      '/data/channel is narrowed: without fm',
    ],
    ['a lower limit', { ...shape, minutes: whole(1, 59) }, '/data/minutes is narrowed: maximum 59, not 60'],
    ['a higher least', { ...shape, minutes: whole(2, 60) }, '/data/minutes is narrowed: minimum 2, not 1'],
    ['a shorter text', { ...shape, words: text(99) }, '/data/words is narrowed: maxLength 99, not 100'],
    [
      'a list of at least two',
      { ...shape, guests: z.array(shape.guests.element).min(2).max(5) },
      '/data/guests is narrowed: minItems 2, not 1',
    ],
    [
      'a shorter list',
      { ...shape, guests: z.array(shape.guests.element).min(1).max(4) },
      '/data/guests is narrowed: maxItems 4, not 5',
    ],
  ])('%s', (_, after, problem) => {
    expect(broken(said(shape), said(after))).toContainEqual(expect.stringContaining(problem))
  })

  test('a limit where there was none, and a keyword that nobody judged', () => {
    expect(broken({ type: 'string' }, { type: 'string', maxLength: 9 })).toEqual([
      '/ is narrowed: maxLength 9, not any',
    ])
    expect(broken({ type: 'object' }, { type: 'object', additionalProperties: false })).toHaveLength(1)
    expect(broken({ type: 'array', items: { type: 'string' } }, { type: 'array', items: false })).toHaveLength(1)
    expect(broken({ allOf: [{ type: 'object' }] }, { allOf: [] })).toHaveLength(1)
    expect(broken({ prefixItems: [{ type: 'string' }] }, { prefixItems: [{ type: 'number' }] })).toEqual([
      '[0] is retyped: type "number", not "string"',
    ])
  })

  test('a removed event, a removed version, another name', () => {
    const today = { 'a.v1': said(shape), 'a.v2': said(shape), 'b.v1': said(shape) }
    const { 'a.v1': _, ...later } = today
    expect(allBroken(today, later)).toEqual(['a.v1 is removed'])
    const { 'b.v1': __, ...renamed } = { ...today, 'c.v1': said(shape) }
    expect(allBroken(today, renamed)).toEqual(['b.v1 is removed'])
    expect(allBroken(today, { ...today, 'b.v1': said(without('note')) })).toEqual(['b.v1 /data/note is removed'])
  })
})

describe('allowed is', () => {
  test.each<[string, Shape]>([
    ['nothing new', shape],
    ['another order', Object.fromEntries(Object.entries(shape).reverse())],
    ['a new optional field', { ...shape, more: text(10).optional() }],
    [
      'a new optional field in a list',
      { ...shape, guests: guests(shape.guests.element.extend({ zone: zone().optional() })) },
    ],
    ['one code more', { ...shape, channel: choice({ am: word('am'), fm: word('fm'), dab: word('dab') }) }],
    ['other words', { ...shape, channel: choice({ am: word('long wave'), fm: word('ultra-short wave') }) }],
    ['a higher limit', { ...shape, minutes: whole(0, 90), words: text(200) }],
    ['a longer list', { ...shape, guests: z.array(shape.guests.element).max(9) }],
    ['the key of another subject', { ...shape, secret: personal('stream', text(5)) }],
  ])('%s', (_, after) => {
    expect(broken(said(shape), said(after))).toEqual([])
  })

  test('a new event and a new version of one', () => {
    expect(allBroken({ 'a.v1': said(shape) }, { 'a.v1': said(shape), 'a.v2': said({}), 'b.v1': said({}) })).toEqual([])
  })
})

test('what is recorded has no words for people and all fields, also one that is called as a keyword of words', () => {
  const named = { title: text(5), description: text(5), examples: z.array(text(5)) }
  expect(JSON.stringify(said(shape))).not.toContain('"title"')
  expect(new Set(broken(said({ ...shape, ...named }), said(shape)))).toEqual(
    new Set(
      Object.keys(named).flatMap((name) => [`/data/${name} is removed`, `/data/${name} is no longer always there`]),
    ),
  )
  for (const [name, schema] of schemas())
    expect([name, JSON.stringify(bare(schema))]).toEqual([name, expect.not.stringContaining('"description":"')])
})
