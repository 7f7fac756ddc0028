import { act, at, both, create, myself, noCadence, path } from './acts.fixture.ts'
import type { Body, Desk, Recipe } from './desk.fixture.ts'
import { meetings } from './meetings.fixture.ts'

const weekly = (desk: Desk): Body => ({
  cadences: [
    {
      name: 'Weekly meeting',
      kind: desk.pick(['meeting', 'report', 'call']),
      every: desk.pick([
        { unit: 'weeks', n: 1 },
        { unit: 'weeks', n: 2 },
      ] as const),
      weekday: desk.pick(['mon', 'wed', 'fri']),
      at: '10:00',
      from: desk.day(desk.next() * 30),
      toleranceDays: 1,
      audience: desk.pick(['internal', 'client']),
    },
  ],
})

const plans: Readonly<Record<string, Recipe>> = {
  // An engagement has one plan, so each is for a new one.
  async [path('communication-plans')](desk) {
    const { id: engagement } = await desk.take('project', '/api/engagements/engagements')
    return {
      path: path('communication-plans'),
      as: await desk.as('pm'),
      body: desk.body(path('communication-plans'), { engagement, ...weekly(desk) }),
      done: (answer) => desk.put('plan', { id: answer['id'] as string }),
    }
  },
  [path('communication-plans/{id}/amend')]: act('communication-plans/{id}/amend', 'plan', 'communication-plans', {
    other: weekly,
    once: true,
  }),
}

export const communicationRecipes: Readonly<Record<string, Recipe>> = {
  [path('disclosures')]: create('disclosures', {
    other: (desk) => ({ identifiedAt: desk.inDays(-1) }),
    then: 'disclosure',
  }),
  [path('disclosures/{id}/acknowledge')]: act('disclosures/{id}/acknowledge', 'disclosure', 'disclosures', {
    as: 'client',
    once: true,
    other: myself,
  }),
  [path('disclosures/{id}/correct')]: act('disclosures/{id}/correct', 'disclosure', 'disclosures', {
    other: (desk) => ({ impact: desk.unique('Later by days:'), identifiedAt: undefined }),
  }),
  [path('interactions')]: create('interactions', { then: 'interaction' }),
  [path('interactions/{id}/correct')]: act('interactions/{id}/correct', 'interaction', 'interactions', {
    other: (desk) => ({ summary: desk.unique('They asked') }),
  }),
  ...plans,
  ...meetings,
  [path('action-items')]: create('action-items', {
    other: (desk) => ({ due: desk.day(10), meeting: undefined }),
    then: 'action-item',
  }),
  [path('action-items/{id}/complete')]: act('action-items/{id}/complete', 'action-item', 'action-items', {
    once: true,
  }),
  [path('action-items/{id}/cancel')]: act('action-items/{id}/cancel', 'action-item', 'action-items', { once: true }),
  async [path('action-items/{id}/carry-over')](desk) {
    await desk.project()
    const item = await desk.take('action-item', path('action-items'))
    const days = ((item['days'] as number | undefined) ?? 10) + 1
    return {
      path: at('action-items/{id}/carry-over', item.id),
      as: await desk.as('pm'),
      body: desk.body(path('action-items/{id}/carry-over'), { due: desk.day(days) }),
      done: () => desk.put('action-item', { ...item, days }),
      back: () => desk.put('action-item', item),
    }
  },
  [path('status-reports')]: create('status-reports', {
    other: (desk) => ({
      period: { from: desk.day(-7), to: desk.day(-1) },
      audience: 'client',
      mentions: undefined,
      ...noCadence,
    }),
    then: 'draft',
  }),
  [path('status-reports/{id}/issue')]: act('status-reports/{id}/issue', 'draft', 'status-reports', {
    once: true,
    then: 'report',
  }),
  [path('status-reports/{id}/correct')]: act('status-reports/{id}/correct', 'report', 'status-reports/{id}/issue', {
    other: (desk) => ({ completed: [desk.unique('Table')] }),
  }),
  [path('status-reports/{id}/acknowledge')]: act(
    'status-reports/{id}/acknowledge',
    'report',
    'status-reports/{id}/issue',
    {
      as: 'client',
      once: true,
      other: myself,
    },
  ),
  [path('business-reviews')]: create('business-reviews', {
    other: (desk) => ({ startsAt: desk.inDays(1 + desk.next() * 300) }),
    then: 'review',
  }),
  [path('business-reviews/{id}/hold')]: act('business-reviews/{id}/hold', 'review', 'business-reviews', {
    once: true,
    other: both,
    then: 'review.held',
  }),
  [path('business-reviews/{id}/agree')]: act(
    'business-reviews/{id}/agree',
    'review.held',
    'business-reviews/{id}/hold',
    {
      once: true,
      other: (desk, { ours, theirs }) => ({
        ourCommitment: { stakeholder: ours, statement: desk.unique('We'), due: desk.day(60) },
        theirCommitment: { stakeholder: theirs.id, statement: desk.unique('They'), due: desk.day(60) },
      }),
    },
  ),
}
