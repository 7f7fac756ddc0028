import { beforeEach, describe, expect, test } from '@jest/globals'
import { engagements as contract } from '@rapport/contracts'
import { context, decision, event, of, ref, serve, stream } from '@rapport/events'
import { CLIENT, ENGAGEMENT, OnMemory } from '@rapport/testing'
import engagements from '../index.ts'
import { add } from './add.ts'
import { anna } from './examples.fixture.ts'
import { grantRight } from './grant-right.ts'
import { remove } from './remove.ts'
import { revokeRight } from './revoke-right.ts'

// What another context does with a right: the smallest acceptance there is.
const command = { engagement: ref('engagements.engagement'), by: ref('engagements.stakeholder') }
const accepted = event('Accepted', 1, command, {
  visibility: 'client',
  publish: 'none',
  say: { en: '{by} accepted it', zh: '{by}已验收' },
  evolve: (s: object) => s,
})
const acceptance = stream('quality.acceptance', { initial: {}, events: [accepted], scope: contract.inEngagement })
const accept = decision(acceptance, 'accept', {
  summary: 'Accepts in the client’s name.',
  creates: true,
  rules: ['I-03'],
  roles: ['client'],
  command,
  errors: { 'right-missing': 'The stakeholder did not hold the right when it accepted.' },
  example: {},
  facts: ({ by }) => ({ who: of(contract.stakeholderFact, by, 'act') }),
  decide: (_, given, { facts, refuse }) =>
    contract.holds(facts.who, 'accept-deliverables') ? [accepted(given)] : refuse('right-missing'),
})

let house: OnMemory
let by: string
const march = (day: number) => `2026-03-${String(day).padStart(2, '0')}T12:00:00.000Z`
const on = (day: number) => {
  house.now = Temporal.Instant.from(march(day))
}
const accepts = (day: number) =>
  house.send(accept, { engagement: ENGAGEMENT, by }, { occurred: { occurredAt: march(day) } })

describe('I-03 rights are read as of the act', () => {
  /** Added on the 2nd, holding the right from the 4th to the 6th; it is the 20th now. */
  beforeEach(async () => {
    house = new OnMemory([engagements, context({ name: 'quality', streams: [serve(acceptance, [accept])] })])
    house.know(contract.engagementFact, ENGAGEMENT, { client: CLIENT }).know(contract.personFact, anna.person, {})
    on(2)
    by = (await house.send(add, { ...anna, rights: [] })).id
    on(4)
    await house.send(grantRight, { right: 'accept-deliverables' }, { id: by })
    on(6)
    await house.send(revokeRight, { right: 'accept-deliverables', reason: 'Another accepts from now on.' }, { id: by })
    on(20)
  })

  test('I-03 an act is good while the right is held, however late it is recorded', async () => {
    for (const day of [4, 5]) expect((await accepts(day)).events).toBe(1)
  })

  test('I-03 an act before the grant is refused', async () => {
    for (const day of [2, 3]) await expect(accepts(day)).rejects.toMatchObject({ code: 'right-missing' })
  })

  test('I-03 an act after the revocation is refused', async () => {
    for (const day of [6, 20]) await expect(accepts(day)).rejects.toMatchObject({ code: 'right-missing' })
  })

  test('I-03 nobody acts before having joined', () =>
    expect(accepts(1)).rejects.toMatchObject({ code: 'reference-not-found' }))

  test('I-03 whoever was removed holds nothing, and what was done before stands', async () => {
    await house.send(grantRight, { right: 'accept-deliverables' }, { id: by, occurred: { occurredAt: march(8) } })
    await house.send(remove, { reason: 'She left.' }, { id: by, occurred: { occurredAt: march(10) } })
    expect((await accepts(9)).events).toBe(1)
    await expect(accepts(10)).rejects.toMatchObject({ code: 'right-missing' })
  })

  test('I-03 a right that is recorded late holds from when it was given', async () => {
    await house.send(grantRight, { right: 'accept-deliverables' }, { id: by, occurred: { occurredAt: march(12) } })
    expect((await accepts(13)).events).toBe(1)
    await expect(accepts(11)).rejects.toMatchObject({ code: 'right-missing' })
  })

  test('I-03 the act keeps what it rested on', async () => {
    const { id } = await accepts(5)
    const [event] = await house.events('quality.acceptance', id)
    const granted = (await house.events('engagements.stakeholder', by))[1]!
    expect(event!.meta.basis).toContain(granted.id)
    expect(granted.type).toBe('StakeholderRightGranted')
  })
})
