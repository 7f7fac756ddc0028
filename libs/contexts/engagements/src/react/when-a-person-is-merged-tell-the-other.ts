import { engagements as contract } from '@rapport/contracts'
import { reaction, type Reply } from '@rapport/events'
import { absorb } from '../person/absorb.ts'
import { eraseMerged } from '../person/erase-merged.ts'
import { reverseMerge } from '../person/reverse-merge.ts'

/**
 * The person that goes on learns of its other record; where it was erased in the meantime, the record goes after it. Of two that were merged
 * into each other at once one goes on: the later of the two messages finds both merged.
 */
export const whenAPersonIsMergedTellTheOther = reaction({
  name: 'when-a-person-is-merged-tell-the-other',
  summary: 'Lets the person that goes on know of its other record.',
  on: [contract.PersonMerged],
  from: 'beginning',
  onImported: 'yes',
  react: ({ data, streamId }): readonly Reply[] => [
    streamId < data.into
      ? { decision: reverseMerge, id: streamId, body: { into: data.into } }
      : { decision: reverseMerge, id: data.into, body: { into: streamId } },
    { decision: absorb, id: data.into, body: { person: streamId } },
    { decision: eraseMerged, id: streamId, body: { into: data.into } },
  ],
})
