import type { AnyReadModel } from '@rapport/events'
import { actionItems } from './action-items.ts'
import { cadenceStrip } from './cadence-strip.ts'
import { calendar } from './calendar.ts'
import { contacts } from './contacts.ts'
import { disclosures } from './disclosures.ts'
import { interactions } from './interactions.ts'
import { meetings } from './meetings.ts'
import { minutes } from './minutes.ts'
import { reports } from './reports.ts'
import { whatIsDue } from './what-is-due.ts'

export const readModels: readonly AnyReadModel[] = [
  interactions,
  disclosures,
  contacts,
  meetings,
  minutes,
  actionItems,
  reports,
  cadenceStrip,
  calendar,
  whatIsDue,
]
