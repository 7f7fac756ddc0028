import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cadence } from './cadence.ts'
import { cadenceProblem, type CadenceDefinition } from './cadence-definition.ts'
import { instantNear, local, utc, zones } from './examples.fixture.ts'
import { weekdays } from './units.ts'

const zone = 'Europe/Berlin'
const weekly = {
  zone,
  every: { weeks: 1 },
  on: 'wed',
  at: '10:00',
  from: '2026-03-18',
  tolerance: { days: 1, hours: 2 },
} satisfies CadenceDefinition
const inBerlin = (clock: string): Temporal.Instant => local(clock, zone)
const names = (definition: CadenceDefinition, from: string, to: string): string[] =>
  cadence(definition)
    .slots(local(from, definition.zone), local(to, definition.zone))
    .map((slot) => slot.name)

describe('a cadence', () => {
  test('BR-22 a weekly slot stays at ten on the wall over a clock change', () => {
    const slots = cadence(weekly).slots(inBerlin('2026-03-18T00:00'), inBerlin('2026-04-05T00:00'))
    expect(slots.map((slot) => slot.at)).toEqual(
      ['2026-03-18T09:00:00Z', '2026-03-25T09:00:00Z', '2026-04-01T08:00:00Z'].map(utc),
    )
    const inShanghai = slots.map((slot) => slot.at.toZonedDateTimeISO('Asia/Shanghai').hour)
    expect(inShanghai).toEqual([17, 17, 16])
    expect(slots.map((slot) => slot.name)).toEqual(['2026-W12', '2026-W13', '2026-W14'])
  })

  test('a slot is its whole week, due after the tolerance: days on the wall, then hours', () => {
    const slot = cadence({ ...weekly, on: 'sat' }).slotOf(inBerlin('2026-03-28T12:00'))!
    expect([slot.start, slot.end]).toEqual([inBerlin('2026-03-23T00:00'), inBerlin('2026-03-30T00:00')])
    expect([slot.at, slot.due]).toEqual([inBerlin('2026-03-28T10:00'), inBerlin('2026-03-29T12:00')])
  })

  test('BR-59 no slot begins after 2199, and asking for one is no error', () => {
    const of = cadence({ ...weekly, from: '2199-12-01', tolerance: { days: 60 } })
    const last = of.slotOf(inBerlin('2199-12-31T12:00'))!
    expect(last.name).toBe('2200-W01')
    expect(of.slotOf(last.end)).toBeUndefined()
    expect(of.slotNamed('2200-W02')).toBeUndefined()
    expect(of.slots(inBerlin('2199-12-20T00:00'), inBerlin('2300-01-01T00:00')).at(-1)).toEqual(last)
    const never = cadence({ ...weekly, from: '2199-12-31', on: 'mon' })
    expect(never.slots(inBerlin('1900-01-01T00:00'), inBerlin('2300-01-01T00:00'))).toEqual([])
    expect(never.slotOf(last.at)).toBeUndefined()
  })

  test('BR-26 the names of slots are right at the turn of a year, and unique', () => {
    const days = { ...weekly, from: '2020-12-01' }
    expect(names(days, '2025-12-24T00:00', '2026-01-06T00:00')).toEqual(['2025-W52', '2026-W01', '2026-W02'])
    expect(names(days, '2026-12-28T00:00', '2027-01-10T00:00')).toEqual(['2026-W53', '2027-W01'])
    const all = names(days, '2020-12-01T00:00', '2040-01-01T00:00')
    expect(new Set(all).size).toBe(all.length)
  })

  test('BR-26 a name that the cadence does not have is no slot', () => {
    const weeks = cadence(weekly)
    expect(weeks.slotNamed('2026-W13')?.at).toEqual(utc('2026-03-25T09:00:00Z'))
    for (const name of ['2025-W53', '2026-W54', '2026-W11', '2026-03', '2026-03-18', ''])
      expect(weeks.slotNamed(name)).toBeUndefined()
    expect(cadence({ ...weekly, every: { weeks: 2 } }).slotNamed('2026-W13')).toBeUndefined()
  })

  test('the first slot is the first planned day from the given one on', () => {
    expect(names({ ...weekly, from: '2026-03-19' }, '2026-01-01T00:00', '2026-04-01T00:00')).toEqual([
      '2026-W13',
      '2026-W14',
    ])
    expect(cadence({ ...weekly, from: '2026-03-19' }).slotOf(inBerlin('2026-03-20T00:00'))).toBeUndefined()
  })

  test('several weeks, months and days are counted from the first', () => {
    expect(names({ ...weekly, every: { weeks: 2 } }, '2026-03-18T00:00', '2026-05-01T00:00')).toEqual([
      '2026-W12',
      '2026-W14',
      '2026-W16',
      '2026-W18',
    ])
    const quarterly: CadenceDefinition = { zone, every: { months: 3 }, on: 31, at: '18:00', from: '2025-11-05' }
    const slots = cadence(quarterly).slots(inBerlin('2026-02-10T00:00'), inBerlin('2026-09-01T00:00'))
    expect(slots.map((slot) => slot.name)).toEqual(['2026-02', '2026-05', '2026-08'])
    expect(slots[0]!.at).toEqual(inBerlin('2026-02-28T18:00'))
    expect(slots[0]!.due).toEqual(slots[0]!.at)
    const daily: CadenceDefinition = { zone, every: { days: 1 }, at: '02:30', from: '2026-03-28' }
    expect(names(daily, '2026-01-01T00:00', '2026-03-30T00:00')).toEqual(['2026-03-28', '2026-03-29'])
    expect(cadence(daily).slotNamed('2026-03-29')?.at).toEqual(inBerlin('2026-03-29T03:30'))
  })

  test.each<[string, string, object]>([
    ['zone-unknown', 'zone', { zone: 'Mars/Base' }],
    ['period-malformed', 'every', { every: { weeks: 0 } }],
    ['period-malformed', 'every', { every: {} }],
    ['period-malformed', 'every', { every: { years: 1 } }],
    ['period-malformed', 'every', { every: { constructor: 1 } }],
    ['period-malformed', 'every', { every: { weeks: 1, days: 1 } }],
    ['day-malformed', 'on', { on: 3 }],
    ['day-malformed', 'on', { every: { months: 1 }, on: 32 }],
    ['day-malformed', 'on', { every: { days: 1 } }],
    ['clock-malformed', 'at', { at: '24:00' }],
    ['from-malformed', 'from', { from: '2026-02-30' }],
    ['tolerance-malformed', 'tolerance.hours', { tolerance: { hours: -1 } }],
    ['tolerance-malformed', 'tolerance.weeks', { tolerance: { weeks: 1 } }],
  ])('is refused as %s at %s', (code, at, change) => {
    const definition = { ...weekly, ...change } as CadenceDefinition
    expect(cadenceProblem(definition)).toEqual({ code, at })
    expect(() => cadence(definition)).toThrow(expect.objectContaining({ code, detail: { at } }))
  })

  test('every instant from the first slot on is in exactly one, which its name gives back', () => {
    const size = fc.integer({ min: 1, max: 5 })
    const kinds = fc.oneof(
      size.map((days) => ({ every: { days } })),
      fc.record({ every: fc.record({ weeks: size }), on: fc.constantFrom(...weekdays) }),
      fc.record({ every: fc.record({ months: size }), on: fc.integer({ min: 1, max: 31 }) }),
    )
    const given = fc.constantFrom(...zones).chain((place) => fc.tuple(fc.constant(place), instantNear(place), kinds))
    fc.assert(
      fc.property(given, ([place, instant, kind]) => {
        const turns = cadence({ zone: place, at: '00:15', from: '1969-01-01', ...kind })
        const slot = turns.slotOf(instant)!
        expect(Temporal.Instant.compare(slot.start, instant)).toBeLessThanOrEqual(0)
        expect(Temporal.Instant.compare(instant, slot.end)).toBe(-1)
        expect(turns.slotNamed(slot.name)).toEqual(slot)
        expect(turns.slots(instant, instant.add({ milliseconds: 1 }))).toEqual([slot])
        expect(turns.slotOf(slot.end)!.start).toEqual(slot.end)
        expect(turns.slotOf(slot.end.subtract({ milliseconds: 1 }))).toEqual(slot)
      }),
      { numRuns: 300 },
    )
  })
})
