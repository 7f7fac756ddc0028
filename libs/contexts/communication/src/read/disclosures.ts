import { communication as contract } from '@rapport/contracts'
import { readModel, type Stored } from '@rapport/events'
import { disclosureAcknowledged, disclosureCorrected, disclosureMade } from '../disclosure/events.ts'

export interface Disclosed extends Omit<Stored<typeof contract.DisclosureMade.shape>, 'engagement'> {
  readonly disclosedAt: string
  readonly disclosedOn?: string
  readonly acknowledgements: readonly (Stored<typeof contract.DisclosureAcknowledged.shape> & { readonly at: string })[]
  readonly corrections: number
  /** The disclosure itself and the corrections of it. */
  readonly events: readonly string[]
}

/** What the client was told, when we knew of it, and whether the client had heard of it before. */
export const disclosures = readModel({
  name: 'disclosures',
  version: 2,
  summary: 'What was disclosed to the client, when we knew of it, who acknowledged it and whether it was news.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [disclosureMade, disclosureAcknowledged, disclosureCorrected],
  evolve(doc: Disclosed | undefined, event): Disclosed | 'delete' {
    const { occurredAt, occurredOn } = event
    const when = { disclosedAt: occurredAt, ...(occurredOn !== undefined && { disclosedOn: occurredOn }) }
    switch (event.type) {
      case 'DisclosureMade': {
        const { engagement: _, ...matter } = event.data
        return { ...matter, ...when, acknowledgements: [], corrections: 0, events: [event.id] }
      }
      case 'DisclosureAcknowledged':
        // On the occurred clock it may have been before the disclosure, whose date a correction moved on.
        if (doc === undefined) return 'delete'
        return { ...doc, acknowledgements: [...doc.acknowledgements, { ...event.data, at: occurredAt }] }
      case 'DisclosureCorrected': {
        if (doc === undefined) return 'delete'
        const { disclosedOn: _, ...before } = doc
        const { reason: __, ...changed } = event.data
        return { ...before, ...changed, ...when, corrections: doc.corrections + 1, events: [...doc.events, event.id] }
      }
    }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'disclosedAt', type: 'string' },
      { field: 'kind', type: 'string' },
      { field: 'raisedBy', type: 'string' },
    ],
  ],
  list: {
    filters: { kind: contract.disclosureKind, raisedBy: contract.raisedBy },
    sort: { field: 'disclosedAt', direction: 'asc' },
  },
})
