import { describe, expect, test } from '@jest/globals'
import { instantText } from '@rapport/events'
import { anId } from '@rapport/testing'
import { plan } from '../communication-plan/examples.fixture.ts'
import { firstSilence, told, withContact, type Contact, type Contacts } from './contacts.ts'

const begin = Temporal.Instant.from('2026-03-01T12:00:00Z')
const at = (hour: number) => instantText(begin.add({ hours: hour }))
const { engagement: _, ...terms } = plan
/** A plan whose limit is a day. */
const planned: Contacts = {
  plan: { id: anId(1) },
  versions: [{ ...terms, silenceLimitDays: 1, from: at(0) }],
  contacts: [],
  floor: '',
}
const contact = (hour: number, inbound = true): Contact => ({
  of: `stream ${hour}`,
  event: `event ${hour}`,
  at: at(hour),
  inbound,
  phone: false,
})
const after = (known: Contacts, hours: readonly number[], inbound = true): Contacts =>
  hours.reduce((so, hour) => withContact(so, contact(hour, inbound)), known)
const hourly = (from: number, count = 100) => Array.from({ length: count }, (_, n) => from + n)
const since = (hour: number) => ({ since: at(hour), event: `event ${hour}`, due: at(hour + 24) })

describe('the contacts that a clock remembers', () => {
  test('I-29 the last ones, in whatever order they are told', () => {
    for (const hours of [hourly(1), hourly(1).reverse(), hourly(1).sort((a, b) => (a % 7) - (b % 7))]) {
      const known = after(planned, hours)
      expect(known.contacts.map((c) => c.at)).toEqual(hourly(51, 50).map(at))
      expect(firstSilence(known)).toEqual(since(100))
    }
  })

  test('I-29 that a plan began with a contact, also when it is forgotten', () => {
    const known = after(planned, hourly(1))
    expect(known.plan?.told).toBe(true)
    // It did not where nothing came for more than a day.
    expect(firstSilence(after(planned, hourly(25)))).toEqual({ since: at(0), due: at(24) })
  })

  test('I-29 the last contact is not forgotten over our own letters', () => {
    const known = after(after(planned, [3]), hourly(4), false)
    expect(known.contacts).toHaveLength(50)
    expect(firstSilence(known)).toEqual(since(3))
    // Nor before there is a plan that asks for it.
    const unplanned = after(after({ versions: [], contacts: [], floor: '' }, [3]), hourly(4), false)
    expect(firstSilence({ ...planned, contacts: unplanned.contacts })).toEqual(since(3))
  })

  test('I-29 a silence is not forgotten before it is recorded', () => {
    const known = after(after(planned, [3]), hourly(40))
    expect(firstSilence(known)).toEqual(since(3))
    const recorded = told(known, 'event 3')
    expect(firstSilence(recorded)).toEqual(since(139))
    expect(after(recorded, [140]).contacts.map((c) => c.at)).not.toContain(at(3))
  })

  test('I-29 a contact that is told long after ends the silence in which it was, and begins none', () => {
    const known = after(after(planned, [3]), hourly(40))
    expect(firstSilence(after(known, [27]))).toEqual(since(139))
    expect(firstSilence(after(known, [28]))).toEqual(since(3))
    expect(firstSilence(after(known, [27], false))).toEqual(since(3))
  })
})
