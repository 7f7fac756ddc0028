import { context } from '@rapport/events'
import client from './client/index.ts'
import engagement from './engagement/index.ts'
import { importLog, imports } from './import.ts'
import importStream from './import/index.ts'
import person from './person/index.ts'
import { whenAPersonIsErasedEraseItsRecords } from './react/when-a-person-is-erased-erase-its-records.ts'
import { whenAPersonIsMergedTellTheOther } from './react/when-a-person-is-merged-tell-the-other.ts'
import { readModels } from './read/index.ts'
import stakeholder from './stakeholder/index.ts'
import tenantSettings from './tenant-settings/index.ts'

export default context({
  name: 'engagements',
  // In this order they stand in the routes and in the docs.
  streams: [client, person, engagement, stakeholder, tenantSettings, importStream],
  readModels,
  reactions: [whenAPersonIsMergedTellTheOther, whenAPersonIsErasedEraseItsRecords],
  imports,
  importLog,
})
