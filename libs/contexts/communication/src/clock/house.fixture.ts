import { engagements } from '@rapport/contracts'
import {
  context,
  decision,
  event,
  serve,
  stream,
  type AnyDecision,
  type ClockRule,
  type Doc,
  type Occurred,
} from '@rapport/events'
import { anId, Clocked, ENGAGEMENT, OnMemory } from '@rapport/testing'
import { define } from '../communication-plan/define.ts'
import { plan } from '../communication-plan/examples.fixture.ts'
import communication from '../index.ts'
import { anna, annaKnown, ben, benKnown } from '../meeting/examples.fixture.ts'

// An engagement that can be closed: the least of what its own context does.
const engagementClosed = event(engagements.EngagementClosed, {
  visibility: 'internal',
  say: { en: 'closed', zh: '已结束' },
  evolve: (s: object) => s,
})
const closing = stream('engagements.engagement', {
  initial: {},
  events: [engagementClosed],
  scope: engagements.inEngagement,
})
export const close: AnyDecision = decision(closing, 'close', {
  summary: 'Closes the engagement.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: { engagement: anEngagement(), reason: engagements.EngagementClosed.shape.reason },
  errors: {},
  example: {},
  decide: (_, { reason }) => [engagementClosed({ reason })],
})
function anEngagement() {
  return engagements.StakeholderAdded.shape.engagement
}

/** The context with these rules of its clock alone, an engagement in Berlin, Anna of the client and Ben of ours. */
export async function clockedBy(...rules: readonly ClockRule[]) {
  const house = new OnMemory([
    { ...communication, clock: rules },
    context({ name: 'engagements', streams: [serve(closing, [close])] }),
  ])
  house
    .know(engagements.engagementFact, ENGAGEMENT, { client: anId(901), zone: 'Europe/Berlin' } as object)
    .know(engagements.stakeholderFact, anna, annaKnown)
    .know(engagements.stakeholderFact, ben, benKnown)
  const clocked = await Clocked.start(house)
  let sent = 0
  return {
    house,
    clocked,
    /** Does something at a time; answers the id of its stream. */
    async does(at: string, on: AnyDecision, body: object, id?: string, occurred?: Occurred): Promise<string> {
      house.now = Temporal.Instant.from(at)
      const whose = on.creates === true ? { engagement: ENGAGEMENT } : {}
      return (await house.send(on, { ...whose, ...body }, { id, occurred, key: `${at} ${on.name} ${++sent}` })).id
    },
    /** Defines the plan of the examples, changed. */
    async plans(change: object = {}, at = '2026-03-01T12:00:00Z'): Promise<string> {
      const { zone: _, ...terms } = plan
      return this.does(at, define, { ...terms, ...change })
    },
    /** Everything that the clock recorded: type, when, and what about. */
    async judged(): Promise<readonly string[]> {
      const all = await Promise.all(
        house.store.log.all.map(async (stored) => {
          const recorded = house.registry.read(stored)
          const data = (await house.keys.open('spec', recorded.data)) as Doc
          const { slot, since } = data as { slot?: string; since?: string }
          return recorded.actor.kind === 'clock'
            ? [`${recorded.type} ${recorded.occurredAt} ${slot ?? since ?? ''}`.trim()]
            : []
        }),
      )
      return all.flat()
    },
  }
}
export type ClockedHouse = Awaited<ReturnType<typeof clockedBy>>

export const contact = (change: object = {}) => ({
  channel: 'email',
  direction: 'inbound',
  summary: 'A word.',
  ...change,
})
