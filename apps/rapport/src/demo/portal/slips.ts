import { done, hold, minutes, scheduled } from '../rhythm.ts'
import type { Step } from '../story.ts'
import { admin } from '../teller.ts'
import { actionItem, person, stakeholder, statusReport, step, weekly, type Portal } from './setting.ts'
import { terms } from './beginning.ts'

/** A meeting that was missed and put on file three days later; minutes that were wrong; a rhythm that was lost. */
export const meetingSlips = (p: Portal): readonly Step[] => [
  scheduled(p, weekly, p.planned(-65), p.meetings),
  step(-62, '09:10', (t) => hold(t, p, p.meetings.get(-65)!, p.planned(-65).attendees, [-65, '10:00'])),
  step(-62, '14:00', (t) => minutes(t, p, p.meetings.get(-65)!, p.planned(-65))),

  step(-49, '09:20', (t) =>
    t.act(p.client('freya'), p.meeting(-51), 'dispute-minutes', {
      stakeholder: p.stakeholder('freya'),
      reason: 'We did not agree to leave out the payment of dog licences.',
    }),
  ),
  step(-48, '11:00', (t) =>
    t.act(p.pm, p.meeting(-51), 'correct-minutes', {
      decisions: ['The payment of parking permits comes first, that of dog licences in the same release.'],
      reason: 'Freya is right: only the order was agreed.',
    }),
  ),
  step(-48, '14:30', (t) =>
    t.act(p.client('freya'), p.meeting(-51), 'confirm-minutes', { stakeholder: p.stakeholder('freya') }),
  ),

  // Moved, cancelled, forgotten: then nobody spoke for ten days.
  scheduled(p, weekly, p.planned(-44), p.meetings),
  step(-45, '10:00', (t) =>
    t.act(p.pm, p.meeting(-44), 'reschedule', {
      startsAt: p.days.instant([-43, '14:00']),
      reason: 'Freya is at the council on that day.',
    }),
  ),
  step(-43, '15:30', (t) => hold(t, p, p.meetings.get(-44)!, p.planned(-44).attendees, [-43, '14:00'])),
  step(-43, '17:00', (t) => minutes(t, p, p.meetings.get(-44)!, p.planned(-44))),
  scheduled(p, weekly, { ...p.planned(-44), day: -37 }, p.meetings),
  step(-38, '12:00', (t) => t.act(p.pm, p.meeting(-37), 'cancel', { reason: 'Half of the team is ill.' })),
  step(-30, '15:00', (t) =>
    t.act(p.pm, p.of('communication.interaction', 'contact -31'), 'correct', {
      summary: 'Asked why nobody had called, and whether the pilot stands. Told him: it does.',
      reason: 'The second half was missing.',
    }),
  ),
  step(-28, '10:30', (t) =>
    t.act(p.pm, ['communication.communication-plan', p.cast.plan], 'amend', {
      ...terms(p, 9),
      reason: 'Ten days of silence were too many.',
    }),
  ),
]

const item = (p: Portal, name: string) => p.of(actionItem, name)
/** Action items, among them one that is carried over once too often. */
export const actionItems = (p: Portal): readonly Step[] => [
  step(-79, '17:00', async (t) => {
    await p.begins(t, 'load test', actionItem, 'assign', {
      what: 'Run the load test with 2,000 citizens at once',
      owner: p.cast.persons['tom']!,
      due: p.days.date(-72),
      meeting: p.meetings.get(-79)!,
    })
    await p.begins(t, 'training', actionItem, 'assign', {
      what: 'Find out who needs training',
      owner: p.cast.persons['anna']!,
      due: p.days.date(-75),
    })
  }),
  step(-75, '14:00', (t) =>
    t.act(p.pm, item(p, 'training'), 'complete', { evidence: 'List of 31 names, sent to Freya.' }),
  ),
  ...(
    [
      [-72, -65],
      [-65, -58],
      [-58, -50],
    ] as const
  ).map(([day, due]) =>
    step(day, '16:00', (t) =>
      t.act(p.pm, item(p, 'load test'), 'carry-over', {
        due: p.days.date(due),
        reason: 'The test machines are not there yet.',
      }),
    ),
  ),
  step(-52, '13:00', (t) =>
    t.act(p.pm, item(p, 'load test'), 'complete', { evidence: '2,400 at once, the slowest page took 1.8 s.' }),
  ),
  ...(
    [
      [-69, 'Provide two test machines', 'They arrived a day late.'],
      [-47, 'Send the release plan to the council', 'Sent by e-mail.'],
      [-21, 'Send the receipts again', '14 receipts sent.'],
    ] as const
  ).map(([day, what, evidence]) => step(day, '15:30', (t) => done(t, p, what, evidence))),
  step(-20, '16:20', (t) =>
    p.begins(t, 'sticker', actionItem, 'assign', {
      what: 'Order stickers for the town hall',
      owner: p.cast.persons['tom']!,
      due: p.days.date(-10),
    }),
  ),
  step(-12, '10:00', (t) => t.act(p.pm, item(p, 'sticker'), 'cancel', { reason: 'The council prints them itself.' })),
  step(-2, '17:00', (t) =>
    p.begins(t, 'notice', actionItem, 'assign', {
      what: 'Hang up the notice for the pilot in the town hall',
      owner: p.cast.persons['tom']!,
      due: p.days.date(2),
      meeting: p.meetings.get(-2)!,
    }),
  ),
]

/** Rights move, somebody leaves, and is forgotten on request. */
export const people = (p: Portal): readonly Step[] => [
  step(-27, '09:00', async (t) => {
    const right = 'approve-changes'
    await t.act(p.pm, [stakeholder, p.stakeholder('freya')], 'grant-right', { right })
    const reason = 'The Head of IT decides small changes from now on.'
    await t.act(p.pm, [stakeholder, p.stakeholder('olaf')], 'revoke-right', { right, reason })
  }),
  step(-20, '16:00', (t) =>
    t.act(p.pm, [stakeholder, p.stakeholder('mia')], 'remove', { reason: 'Moved to another department.' }),
  ),
  step(-13, '09:00', (t) =>
    t.act(admin('first'), [person, p.cast.persons['mia']!], 'request-erasure', { basis: 'no-longer-needed' }),
  ),
  step(-11, '09:00', (t) => t.act(admin('second'), [person, p.cast.persons['mia']!], 'erase')),
  step(-26, '10:00', (t) =>
    t.act(p.pm, p.of(statusReport, 'report -28'), 'correct', {
      notDone: ['The guide for the call centre.', 'The texts for the accessibility statement.'],
      reason: 'The accessibility statement was missing.',
    }),
  ),
  step(-25, '15:20', (t) =>
    t.act(p.client('freya'), p.of(statusReport, 'report -28'), 'acknowledge', { stakeholder: p.stakeholder('freya') }),
  ),
]
