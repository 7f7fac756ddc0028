import { describe, expect, test } from '@jest/globals'
import type { communication as contract } from '@rapport/contracts'
import { plan, weekly } from './examples.fixture.ts'
import { silenceDue, slotHolding, slotNamed, slotsAfter } from './slots.ts'

const { engagement: _, ...terms } = plan
const first: contract.PlanVersion = { ...terms, from: '2026-03-01T12:00:00.000Z' }
const later = (from: string, cadence: object): contract.PlanVersion[] => [
  first,
  { ...first, from, cadences: [{ ...weekly, ...cadence }] },
]
const some = (versions: readonly contract.PlanVersion[], after = '', count = 4): string[] =>
  slotsAfter(versions, weekly.name, after)
    .take(count)
    .map(({ name, plannedAt }) => `${name} ${plannedAt.slice(0, 10)}`)
    .toArray()

describe('the slots of a plan', () => {
  test('BR-59 they end with the year 2199, also where that is before the first', () => {
    const late = (from: string) => [{ ...first, cadences: [{ ...weekly, from }] }]
    expect(some(late('2199-12-20'), '', 100)).toEqual(['2199-W52 2199-12-25', '2200-W01 2200-01-01'])
    expect(some(late('2199-12-31'), '', 100)).toEqual(['2200-W01 2200-01-01'])
    expect(slotNamed(late('2199-12-20'), weekly.name, '2200-W02')).toBeUndefined()
    expect(slotHolding(late('2199-12-20'), weekly.name, '2199-12-31T23:59:59.999Z')).toMatchObject({ name: '2200-W01' })
  })

  test('they go on from any instant, each with its period and its due', () => {
    expect(some([first])).toEqual([
      '2026-W10 2026-03-04',
      '2026-W11 2026-03-11',
      '2026-W12 2026-03-18',
      '2026-W13 2026-03-25',
    ])
    expect(some([first], '2026-03-11T09:00:00.000Z', 1)).toEqual(['2026-W12 2026-03-18'])
    expect(some([first], '2026-03-11T08:59:59.999Z', 1)).toEqual(['2026-W11 2026-03-11'])
    expect(slotNamed([first], weekly.name, '2026-W11')).toMatchObject({
      start: '2026-03-08T23:00:00.000Z',
      end: '2026-03-15T23:00:00.000Z',
      plannedAt: '2026-03-11T09:00:00.000Z',
      due: '2026-03-12T09:00:00.000Z',
    })
    expect(slotHolding([first], weekly.name, '2026-03-15T22:59:59.999Z')?.name).toBe('2026-W11')
  })

  test('nothing is planned before the plan, nor in a cadence or week that it does not have', () => {
    const begun = [{ ...first, from: '2026-03-11T10:00:00.000Z' }]
    expect(some(begun, '', 1)).toEqual(['2026-W12 2026-03-18'])
    expect(slotNamed(begun, weekly.name, '2026-W11')).toBeUndefined()
    expect(slotHolding(begun, weekly.name, '2026-03-12T10:00:00.000Z')).toBeUndefined()
    expect(slotNamed(begun, weekly.name, '2026-W54')).toBeUndefined()
    expect(slotNamed(begun, 'Another', '2026-W12')).toBeUndefined()
    expect(some([{ ...first, cadences: [] }])).toEqual([])
  })

  test('I-27 a slot is of the version in force at its planned instant, also after an amendment', () => {
    const fridays = later('2026-03-12T08:00:00.000Z', { weekday: 'fri', toleranceDays: 3 })
    expect(slotNamed(fridays, weekly.name, '2026-W10')?.due).toBe('2026-03-05T09:00:00.000Z')
    // The Friday of the eleventh week: that week's slot was planned for Wednesday.
    expect(some(fridays)).toEqual([
      '2026-W10 2026-03-04',
      '2026-W11 2026-03-11',
      '2026-W12 2026-03-20',
      '2026-W13 2026-03-27',
    ])
    expect(slotNamed(fridays, weekly.name, '2026-W12')?.due).toBe('2026-03-23T09:00:00.000Z')
  })

  test('a week between two versions may have no slot, and what is given up has none', () => {
    const mondays = later('2026-03-10T08:00:00.000Z', { weekday: 'mon' })
    expect(some(mondays, '', 2)).toEqual(['2026-W10 2026-03-04', '2026-W12 2026-03-16'])
    expect(some(later('2026-03-12T08:00:00.000Z', { name: 'Another' }))).toEqual([
      '2026-W10 2026-03-04',
      '2026-W11 2026-03-11',
    ])
  })

  test('a cadence may begin long after its plan, and have months', () => {
    const monthly = later('2026-03-02T08:00:00.000Z', {
      every: { unit: 'months', n: 2 },
      weekday: undefined,
      day: 31,
      from: '2026-05-31',
    })
    expect(some(monthly, '', 3)).toEqual(['2026-05 2026-05-31', '2026-07 2026-07-31', '2026-09 2026-09-30'])
  })
})

describe('the limit of a silence', () => {
  const since = '2026-03-20T10:00:00.000Z'
  const and = (from: string, silenceLimitDays: number | undefined): contract.PlanVersion[] => {
    const { silenceLimitDays: _, ...rest } = first
    return [first, { ...rest, from, ...(silenceLimitDays !== undefined && { silenceLimitDays }) }]
  }

  test('I-29 days count on the wall of the engagement’s zone', () => {
    // The clock goes forward on 29 March.
    expect(silenceDue([first], since)).toEqual({ due: '2026-03-30T09:00:00.000Z', limitDays: 10 })
  })

  test('I-29 the version in force when it passes says how many', () => {
    expect(silenceDue(and('2026-03-31T00:00:00.000Z', 5), since)?.due).toBe('2026-03-30T09:00:00.000Z')
    expect(silenceDue(and('2026-03-24T00:00:00.000Z', 5), since)?.due).toBe('2026-03-25T10:00:00.000Z')
    expect(silenceDue(and('2026-03-28T00:00:00.000Z', 5), since)?.due).toBe('2026-03-28T00:00:00.000Z')
    expect(silenceDue(and('2026-03-28T00:00:00.000Z', 20), since)?.due).toBe('2026-04-09T09:00:00.000Z')
  })

  test('I-29 without a limit none passes', () => {
    expect(silenceDue(and('2026-03-28T00:00:00.000Z', undefined), since)).toBeUndefined()
    expect(silenceDue([], since)).toBeUndefined()
  })
})
