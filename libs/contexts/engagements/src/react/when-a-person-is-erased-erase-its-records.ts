import { engagements as contract } from '@rapport/contracts'
import { reaction, type Reply } from '@rapport/events'
import { eraseMerged } from '../person/erase-merged.ts'

/** Records of one person are erased together, however they were merged one after the other. */
export const whenAPersonIsErasedEraseItsRecords = reaction({
  name: 'when-a-person-is-erased-erase-its-records',
  summary: 'Erases the records that were merged into an erased person.',
  on: [contract.PersonErased],
  from: 'beginning',
  onImported: 'yes',
  react: ({ data, streamId }): readonly Reply[] =>
    (data.merged ?? []).map((id) => ({ decision: eraseMerged, id, body: { into: streamId } })),
})
