import type { z } from 'zod'
import { engagements as contract } from '@rapport/contracts'
import { oneOf, readModel, type Stored } from '@rapport/events'
import {
  stakeholderAdded,
  stakeholderRemoved,
  stakeholderRightGranted,
  stakeholderRightRevoked,
} from '../stakeholder/events.ts'

const status = oneOf('active', 'removed')

interface Listed extends Omit<Stored<typeof contract.StakeholderAdded.shape>, 'engagement'> {
  readonly status: z.output<typeof status>
  readonly addedAt: string
}

/** Who takes part in an engagement, on which side, with which rights. */
export const stakeholders = readModel({
  name: 'stakeholders',
  version: 1,
  summary: 'Stakeholders of an engagement: the person, the side, the role and the rights.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [stakeholderAdded, stakeholderRightGranted, stakeholderRightRevoked, stakeholderRemoved],
  evolve(doc: Listed | undefined, event): Listed {
    switch (event.type) {
      case 'StakeholderAdded': {
        const { engagement: _, ...added } = event.data
        return { ...added, status: 'active', addedAt: event.occurredAt }
      }
      case 'StakeholderRightGranted':
        return { ...doc!, rights: [...doc!.rights, event.data.right] }
      case 'StakeholderRightRevoked':
        return { ...doc!, rights: doc!.rights.filter((right) => right !== event.data.right) }
      case 'StakeholderRemoved':
        return { ...doc!, rights: [], status: 'removed' }
    }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'addedAt', type: 'string' },
      { field: 'side', type: 'string' },
      { field: 'status', type: 'string' },
    ],
  ],
  list: { filters: { side: contract.side, status }, sort: { field: 'addedAt', direction: 'asc' } },
})
