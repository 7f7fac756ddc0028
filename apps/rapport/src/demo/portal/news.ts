import type { Step } from '../story.ts'
import { disclosure, step, type Portal } from './setting.ts'

const review = 'communication.business-review'

/** Bad news: told late, brought up by the client, told at once; and the review of the quarter. */
export const news = (p: Portal): readonly Step[] => [
  step(-40, '09:45', (t) =>
    p.begins(t, 'delay', disclosure, 'disclose', {
      kind: 'delay',
      subject: 'Sign-in with the national identity card',
      impact: 'The provider’s test access comes three weeks late; the pilot cannot begin with it.',
      countermeasure: 'The pilot begins with sign-in by letter; the card follows in the second release.',
      identifiedAt: p.days.instant([-43, '11:00']),
      raisedBy: 'us',
    }),
  ),
  step(-39, '13:15', (t) =>
    t.act(p.client('olaf'), p.of(disclosure, 'delay'), 'acknowledge', {
      stakeholder: p.stakeholder('olaf'),
      heardBefore: false,
      note: 'Not good, but better now than on the day of the pilot.',
    }),
  ),
  step(-24, '11:40', (t) =>
    p.begins(t, 'defect', disclosure, 'disclose', {
      kind: 'defect',
      subject: 'Receipts show the wrong year',
      impact: 'Citizens who paid in the first week of the test have wrong receipts.',
      countermeasure: 'Corrected on the same day; the receipts are sent again.',
      identifiedAt: p.days.instant([-24, '09:00']),
      raisedBy: 'client',
    }),
  ),
  step(-23, '09:00', (t) =>
    t.act(p.pm, p.of(disclosure, 'defect'), 'correct', {
      impact: '14 citizens have wrong receipts.',
      reason: 'Now we know how many.',
    }),
  ),
  step(-10, '09:30', (t) =>
    p.begins(t, 'risk', disclosure, 'disclose', {
      kind: 'risk',
      subject: 'Letters for the pilot',
      impact: 'If the letters leave late, fewer than 200 citizens take part.',
      countermeasure: 'We prepare a notice for the town hall as well.',
      identifiedAt: p.days.instant([-10, '08:40']),
      raisedBy: 'us',
    }),
  ),
  step(-10, '14:00', (t) =>
    t.act(p.client('freya'), p.of(disclosure, 'risk'), 'acknowledge', {
      stakeholder: p.stakeholder('freya'),
      heardBefore: true,
    }),
  ),

  step(-22, '10:00', (t) =>
    p.begins(t, 'review', review, 'schedule', {
      title: 'Quarterly review',
      startsAt: p.days.instant([-15, '13:00']),
      invited: ['anna', 'freya', 'olaf'].map((who) => p.stakeholder(who)),
    }),
  ),
  step(-15, '15:00', async (t) => {
    const held = {
      attendees: ['anna', 'freya', 'olaf'].map((who) => p.stakeholder(who)),
      valueDelivered: ['Three of five services can be used without coming to the town hall.'],
      outcomes: ['Waiting time at the counter fell from 24 to 17 minutes in the test quarter.'],
      nextPlan: 'Pilot in two districts, then sign-in by card, then the remaining two services.',
    }
    await t.act(p.pm, p.of(review, 'review'), 'hold', held, p.days.at([-15, '13:00']))
    await t.act(p.pm, p.of(review, 'review'), 'agree', {
      ask: 'The council names one person who decides on texts.',
      ourCommitment: {
        stakeholder: p.stakeholder('anna'),
        statement: 'The pilot begins with three services.',
        due: p.days.date(10),
      },
      theirCommitment: {
        stakeholder: p.stakeholder('olaf'),
        statement: 'The letters to the two districts are printed.',
        due: p.days.date(6),
      },
    })
  }),
]
