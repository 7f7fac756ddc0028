import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ENGAGEMENT } from '@rapport/testing'
import { amend } from '../communication-plan/amend.ts'
import { define } from '../communication-plan/define.ts'
import { plan } from '../communication-plan/examples.fixture.ts'
import { correct } from '../interaction/correct.ts'
import { log } from '../interaction/log.ts'
import { anna, ben } from '../meeting/examples.fixture.ts'
import { recordHeld } from '../meeting/record-held.ts'
import { clockedBy, close, contact, type ClockedHouse } from './house.fixture.ts'
import { silenceRule } from './silence.ts'

let h: ClockedHouse
beforeEach(async () => {
  h = await clockedBy(silenceRule)
})
afterEach(() => h.clocked.stop())
const begin = (change: object = {}) => h.plans({ cadences: [], ...change })
const march = (day: number) => `2026-03-${String(day).padStart(2, '0')}T12:00:00.000Z`
/** A contact of noon of a day in March, put on file then unless it is told later. */
const hears = (day: number, change: object = {}, told = day) =>
  h.does(march(told), log, contact(change), undefined, { occurredAt: march(day) })
const until = async (day: number) => {
  await h.clocked.at(
    Temporal.Instant.from(march(1))
      .add({ hours: 24 * (day - 1) + 1 })
      .toString(),
  )
  return h.judged()
}
const silent = (since: number, due: number) => `SilenceDetected ${march(due)} ${march(since)}`

describe('the clock of silences', () => {
  test('I-29 no contact for the plan’s limit is recorded once, and the next contact ends it', async () => {
    await begin()
    await hears(3)
    expect(await until(12)).toEqual([])
    expect(await until(13)).toEqual([silent(3, 13)])
    expect(await until(16)).toHaveLength(1)
    await hears(17)
    expect(await until(26)).toHaveLength(1)
    expect(await until(27)).toEqual([silent(3, 13), silent(17, 27)])
  })

  test('I-29 the beginning of the plan counts, what was before it does not', async () => {
    await h.does('2026-02-20T12:00:00Z', log, contact())
    await begin()
    expect(await until(11)).toEqual([silent(1, 11)])
  })

  test.each([
    ['a mail from us', () => hears(8, { direction: 'outbound' }), false],
    ['a mail from the client', () => hears(8), true],
    ['a call from us', () => hears(8, { direction: 'outbound', channel: 'phone' }), true],
    ['a meeting with the client', () => h.does(march(8), recordHeld, { title: 'x', attendees: [anna, ben] }), true],
    ['a meeting among ourselves', () => h.does(march(8), recordHeld, { title: 'x', attendees: [ben] }), false],
  ])('I-29 %s', async (_, happens, ends) => {
    await begin()
    await happens()
    expect(await until(15)).toEqual(ends ? [] : [silent(1, 11)])
  })

  test('I-29 a contact that comes after the limit does not undo the silence before it', async () => {
    await begin()
    await hears(14)
    expect(await until(20)).toEqual([silent(1, 11)])
  })

  test('I-29 a contact that is told late counts from when it was', async () => {
    await begin()
    expect(await until(11)).toEqual([silent(1, 11)])
    await hears(9, {}, 12)
    expect(await until(18)).toHaveLength(1)
    expect(await until(19)).toEqual([silent(1, 11), silent(9, 19)])
  })

  test('I-29 a contact counts as it was last corrected', async () => {
    await begin()
    const id = await hears(5)
    await h.does(march(6), correct, { direction: 'outbound', reason: 'We wrote.' }, id)
    expect(await until(11)).toEqual([silent(1, 11)])
    await h.does(march(12), correct, { direction: 'inbound', reason: 'No, they did.' }, id, { occurredAt: march(8) })
    expect(await until(17)).toHaveLength(1)
    expect(await until(18)).toEqual([silent(1, 11), silent(8, 18)])
  })

  test('I-29 another limit counts from when it is in force', async () => {
    const id = await begin()
    await h.does(march(6), amend, { cadences: [], silenceLimitDays: 3 }, id)
    expect(await until(6)).toEqual([silent(1, 6)])
  })

  test('I-29 a plan without a limit, or none, knows no silence', async () => {
    await hears(3)
    expect(await until(20)).toEqual([])
    await begin({ silenceLimitDays: undefined })
    expect(await until(30)).toEqual([])
  })

  test('I-29 after an engagement has closed there is none', async () => {
    await begin()
    await h.does(march(10), close, { reason: 'Done.' })
    expect(await until(20)).toEqual([])
  })

  test('I-29 a plan that is told later than it began finds the contacts since, as far as they are remembered', async () => {
    const told = { occurredAt: march(1) }
    for (let hour = 1; hour < 80; hour++)
      await h.does(Temporal.Instant.from(march(1)).add({ hours: hour }).toString(), log, contact())
    const { zone: _, ...terms } = plan
    await h.does(march(5), define, { ...terms, cadences: [], silenceLimitDays: 1 }, undefined, told)
    expect(await until(5)).toEqual([])
    expect(await until(6)).toEqual(['SilenceDetected 2026-03-05T19:00:00.000Z 2026-03-04T19:00:00.000Z'])
  })

  test('I-29 any number of contacts is remembered by the last ones, and by the silences that are not recorded', async () => {
    await begin({ silenceLimitDays: 2 })
    for (let hour = 0; hour < 60; hour++)
      await h.does(
        Temporal.Instant.from(march(6)).add({ hours: hour }).toString(),
        log,
        contact(hour % 2 ? {} : { direction: 'outbound' }),
      )
    for (let hour = 0; hour < 80; hour++)
      await h.does(Temporal.Instant.from(march(12)).add({ hours: hour }).toString(), log, contact())
    const { contacts } = (await h.clocked.waiting(silenceRule, ENGAGEMENT)) as unknown as { contacts: unknown[] }
    expect(contacts).toHaveLength(50)
    // The last of the first sixty came on the 8th at eleven at night, and one is told late that ends this silence.
    expect(await until(12)).toEqual([silent(1, 3), `SilenceDetected 2026-03-10T23:00:00.000Z 2026-03-08T23:00:00.000Z`])
  })
})
