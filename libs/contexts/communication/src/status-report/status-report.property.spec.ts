import { describe, expect, test } from '@jest/globals'
import { communication as contract, engagements } from '@rapport/contracts'
import { anId, ENGAGEMENT, walkStream } from '@rapport/testing'
import fc from 'fast-check'
import communication from '../index.ts'
import { statusReport } from './events.ts'
import { plan, week } from './examples.fixture.ts'

const drafts = fc.record(
  {
    engagement: fc.constant<unknown>(ENGAGEMENT),
    period: fc.constantFrom(
      week.period,
      { from: '2026-03-02', to: '2026-03-01' },
      { from: '2026-02-01', to: '2026-02-28' },
    ),
    audience: fc.constantFrom('internal', 'client'),
    cadence: fc.constantFrom('Weekly report', 'Weekly meeting'),
    slot: fc.constantFrom('2026-W08', '2026-W60'),
    mentions: fc.constantFrom({ meetings: [anId(50)] }, { meetings: [anId(51)] }, { actionItems: [anId(404)] }),
    completed: fc.constant(week.completed),
    inProgress: fc.constant(week.inProgress),
    notDone: fc.constant(week.notDone),
    risks: fc.constant(week.risks),
    challenges: fc.constant(week.challenges),
    nextSteps: fc.constant(week.nextSteps),
  },
  {
    requiredKeys: [
      'engagement',
      'period',
      'audience',
      'completed',
      'inProgress',
      'notDone',
      'risks',
      'challenges',
      'nextSteps',
    ],
  },
)

describe('status-report', () => {
  test('I-24 I-26 whatever is sent, a version never changes, each names the one before, and the client sees only what is issued to it', () =>
    walkStream(communication, statusReport, {
      known: [
        [contract.planFact, ENGAGEMENT, plan],
        [contract.meetingFact, anId(50), { engagement: ENGAGEMENT, audience: 'client' }],
        [contract.meetingFact, anId(51), { engagement: ENGAGEMENT, audience: 'internal' }],
        [engagements.stakeholderFact, anId(10), { side: 'client' }],
        [engagements.stakeholderFact, anId(11), { side: 'ours' }],
      ],
      bodies: { draft: drafts },
      holds(all) {
        for (const { events, state } of all) {
          expect(events[0]!.meta.visibility).toBe('internal')
          const versions = events.filter((e) => /Issued|Corrected/.test(e.type))
          expect(state.version).toBe(versions.length)
          for (const [n, version] of versions.entries()) {
            expect(version.meta.visibility).toBe(state.audience)
            if (n > 0) expect(version.data).toMatchObject({ version: n + 1, replaces: versions[n - 1]!.id })
            expect((version.data['figures'] as unknown[]).length).toBeGreaterThan(0)
          }
          if (state.audience === 'client') expect(state.mentions?.meetings ?? []).not.toContain(anId(51))
          const acknowledged = events.filter((e) => e.type === 'ReportAcknowledged')
          for (const { data } of acknowledged) expect(data['stakeholder']).toBe(anId(10))
          if (state.audience === 'internal') expect(acknowledged).toEqual([])
        }
      },
    }))
})
