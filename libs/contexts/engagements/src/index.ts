import { context, serve } from '@rapport/events'
import { client } from './client/events.ts'
import { register as registerClient } from './client/register.ts'
import { rename } from './client/rename.ts'
import { retire } from './client/retire.ts'
import { close } from './engagement/close.ts'
import { engagement } from './engagement/events.ts'
import { open } from './engagement/open.ts'
import { importLog, imports } from './import.ts'
import { abandon } from './import/abandon.ts'
import { correct as correctPerson } from './person/correct.ts'
import { erase } from './person/erase.ts'
import { person } from './person/events.ts'
import { merge } from './person/merge.ts'
import { register as registerPerson } from './person/register.ts'
import { requestErasure } from './person/request-erasure.ts'
import { clients } from './read/clients.ts'
import { engagements } from './read/engagements.ts'
import { imports as importsModel } from './read/imports.ts'
import { persons } from './read/persons.ts'
import { stakeholders } from './read/stakeholders.ts'
import { add } from './stakeholder/add.ts'
import { stakeholder } from './stakeholder/events.ts'
import { grantRight } from './stakeholder/grant-right.ts'
import { remove } from './stakeholder/remove.ts'
import { revokeRight } from './stakeholder/revoke-right.ts'
import { tenantSettings } from './tenant-settings/events.ts'
import { markSimulated } from './tenant-settings/mark-simulated.ts'
import { set } from './tenant-settings/set.ts'

export default context({
  name: 'engagements',
  streams: [
    serve(client, [registerClient, rename, retire]),
    serve(person, [registerPerson, correctPerson, merge, requestErasure, erase]),
    serve(engagement, [open, close]),
    serve(stakeholder, [add, grantRight, revokeRight, remove]),
    serve(tenantSettings, [set, markSimulated]),
    serve(importLog.stream, [importLog.start, importLog.addEngagement, importLog.complete, abandon]),
  ],
  readModels: [clients, engagements, importsModel, persons, stakeholders],
  imports,
  importLog,
})
