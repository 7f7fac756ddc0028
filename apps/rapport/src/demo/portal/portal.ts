import { asPlanned, report, scheduled } from '../rhythm.ts'
import type { Story } from '../story.ts'
import { beginning } from './beginning.ts'
import { portalMeetings } from './meetings.ts'
import { news } from './news.ts'
import { Portal, step, weekly, weeklyReport, zone } from './setting.ts'
import { actionItems, meetingSlips, people } from './slips.ts'
import { portalContacts, portalReports } from './reports.ts'

/** Their own steps tell of these: one was put on file too late, one was moved. */
const notAsPlanned: readonly number[] = [-65, -44]

/** A portal for a city: mostly well kept, with a missed meeting, a silence and bad news on the way. */
export function portal(today: Temporal.PlainDate): Story {
  const p = new Portal(today)
  const steps = [
    ...beginning(p),
    ...portalMeetings
      .filter(({ day }) => !notAsPlanned.includes(day))
      .flatMap((held) => asPlanned(p, weekly, held, p.meetings)),
    ...portalReports.map((told) => {
      const [day, time] = told.issuedOn ?? [told.day, '16:30']
      return step(day, time, async (t) => p.keep(`report ${told.day}`, await report(t, p, weeklyReport, told)))
    }),
    ...portalContacts.map(({ when, filedOn = when, who, ...contact }) =>
      step(...filedOn, (t) => {
        const body = { ...contact, participants: [p.stakeholder(who)] }
        return p.begins(t, `contact ${when[0]}`, 'communication.interaction', 'log', body, p.days.at(when))
      }),
    ),
    ...meetingSlips(p),
    ...actionItems(p),
    ...people(p),
    ...news(p),
    // What comes next.
    scheduled(p, weekly, { ...p.planned(-2), day: 5 }, p.meetings),
  ]
  return { name: 'portal', zone, steps }
}
