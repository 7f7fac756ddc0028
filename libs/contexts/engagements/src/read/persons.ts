import type { z } from 'zod'
import type { engagements as contract } from '@rapport/contracts'
import { oneOf, readModel, type Stored } from '@rapport/events'
import {
  personCorrected,
  personErased,
  personErasureRequested,
  personMerged,
  personMergeReversed,
  personRegistered,
} from '../person/events.ts'

const status = oneOf('registered', 'merged', 'erasure-requested', 'erased')

interface Listed extends Stored<typeof contract.PersonRegistered.shape> {
  readonly status: z.output<typeof status>
  readonly registeredAt: string
  readonly into?: string
}

/** Every person of the tenant. There is no sort by name: names are sealed (contracts.md §2). */
export const persons = readModel({
  name: 'persons',
  version: 1,
  summary: 'Persons with their names, which read as erased once their key is destroyed.',
  scope: 'tenant',
  audience: ['internal'],
  on: [personRegistered, personCorrected, personMerged, personMergeReversed, personErasureRequested, personErased],
  evolve(doc: Listed | undefined, event): Listed {
    switch (event.type) {
      case 'PersonRegistered':
        return { ...event.data, status: 'registered', registeredAt: event.occurredAt }
      case 'PersonCorrected':
        return { ...doc!, ...event.data, registeredAt: event.occurredAt }
      case 'PersonMerged':
        return { ...doc!, status: 'merged', into: event.data.into }
      case 'PersonMergeReversed': {
        const { into: _, ...rest } = doc!
        return { ...rest, status: 'registered' }
      }
      case 'PersonErasureRequested':
        return { ...doc!, status: 'erasure-requested' }
      case 'PersonErased':
        return { ...doc!, status: 'erased' }
    }
  },
  indexes: [
    [{ field: 'registeredAt', type: 'string' }],
    [
      { field: 'status', type: 'string' },
      { field: 'registeredAt', type: 'string' },
    ],
  ],
  list: { filters: { status }, sort: { field: 'registeredAt', direction: 'asc' } },
})
