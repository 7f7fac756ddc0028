import type { Imported, ImportLog, Occurred, OpeningStep } from '@rapport/events'
import { register as registerClient } from './client/register.ts'
import { open } from './engagement/open.ts'
import { addEngagement } from './import/add-engagement.ts'
import { complete } from './import/complete.ts'
import { imports as stream } from './import/events.ts'
import { start } from './import/start.ts'
import { correct as correctPerson } from './person/correct.ts'
import { register as registerPerson } from './person/register.ts'
import { add as addStakeholder } from './stakeholder/add.ts'

/** The day of a moment: as it was written, otherwise in the engagement's zone. */
const day = ({ occurredAt, occurredOn }: Occurred, zone: string): string =>
  occurredOn ?? Temporal.Instant.from(occurredAt).toZonedDateTimeISO(zone).toPlainDate().toString()

/** What must stand before an engagement's first imported fact, in this order. */
const opening: readonly OpeningStep[] = [
  {
    name: 'client',
    decision: registerClient,
    key: ({ client }) => client,
    command: ({ client }) => ({ name: client }),
  },
  {
    name: 'manager',
    decision: registerPerson,
    key: ({ manager }) => manager?.mail ?? manager?.name,
    command: ({ manager }) => manager,
  },
  {
    name: 'engagement',
    decision: open,
    key: ({ key }) => key,
    command: ({ name, zone, start }, ids) => ({
      client: ids['client'],
      name,
      manager: ids['manager'],
      start: day(start, zone),
      zone,
    }),
  },
]

export const importLog: ImportLog = { stream, start, addEngagement, complete, opening }

/** The facts that a mapping's `as` may name. */
export const imports: readonly Imported[] = [
  { name: 'person', decision: registerPerson, correction: correctPerson, role: 'pm' },
  { name: 'stakeholder', decision: addStakeholder, role: 'pm' },
]
