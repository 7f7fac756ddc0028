import { communication as contract } from '@rapport/contracts'
import { readModel, type Stored } from '@rapport/events'
import { interactionCorrected, interactionLogged } from '../interaction/events.ts'

interface Interaction extends Omit<Stored<typeof contract.InteractionLogged.shape>, 'engagement'> {
  readonly occurredAt: string
  readonly occurredOn?: string
  /** Where an imported contact comes from. */
  readonly source?: string
  readonly reference?: string
}

/** Every contact of an engagement, as last corrected. */
export const interactions = readModel({
  name: 'interactions',
  version: 1,
  summary: 'Contacts between the client and us: when, by which channel, in which direction, and what was said.',
  scope: 'engagement',
  audience: ['internal'],
  on: [interactionLogged, interactionCorrected],
  evolve(doc: Interaction | undefined, event): Interaction {
    const { occurredAt, occurredOn } = event
    const when = { occurredAt, ...(occurredOn !== undefined && { occurredOn }) }
    if (event.type === 'InteractionLogged') {
      const { engagement: _, ...said } = event.data
      const { source, reference } = event.meta.import ?? {}
      return {
        ...said,
        ...when,
        ...(source !== undefined && { source }),
        ...(reference !== undefined && { reference }),
      }
    }
    const { occurredOn: _, ...before } = doc!
    const { reason: __, ...changed } = event.data
    return { ...before, ...changed, ...when }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'occurredAt', type: 'string' },
      { field: 'direction', type: 'string' },
      { field: 'channel', type: 'string' },
    ],
  ],
  list: {
    filters: { direction: contract.direction, channel: contract.channel },
    sort: { field: 'occurredAt', direction: 'asc' },
  },
})
