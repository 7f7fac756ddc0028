import { communication as contract, engagements } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { CommunicationPlan } from './state.ts'

export const communicationPlanDefined = event(contract.CommunicationPlanDefined, {
  visibility: 'client',
  say: { en: 'The communication plan was defined', zh: '沟通计划已制定' },
  evolve: (_: CommunicationPlan, e, about) => ({
    engagement: e.engagement,
    versions: contract.withTerms([], about.occurredAt, e),
    judged: [],
    judgedTo: '',
    silences: [],
  }),
})

export const communicationPlanAmended = event(contract.CommunicationPlanAmended, {
  visibility: 'client',
  say: { en: 'The communication plan was amended', zh: '沟通计划已修订' },
  show: ['reason'],
  evolve: (s: CommunicationPlan, e, about) => ({
    ...s,
    versions: contract.withTerms(s.versions, about.occurredAt, e),
  }),
})

interface Judged {
  readonly cadence: string
  readonly slot: string
  readonly plannedAt: string
}
const judged = (s: CommunicationPlan, e: Judged): CommunicationPlan => ({
  ...s,
  judged: [...s.judged, judgedName(e.cadence, e.slot)],
  judgedTo: e.plannedAt > s.judgedTo ? e.plannedAt : s.judgedTo,
})
/** How a slot stands among those that were judged. */
export const judgedName = (cadence: string, slot: string): string => `${cadence} ${slot}`

export const slotMissed = event(contract.SlotMissed, {
  visibility: 'internal',
  say: {
    en: '{cadence}: nothing was scheduled or held for the turn planned for {plannedAt}',
    zh: '{cadence}：原定于{plannedAt}的一次既未安排也未举行',
  },
  evolve: judged,
})

export const reportNotIssued = event(contract.ReportNotIssued, {
  visibility: 'internal',
  say: {
    en: '{cadence}: no report was issued for the turn planned for {plannedAt}',
    zh: '{cadence}：原定于{plannedAt}的报告未发布',
  },
  evolve: judged,
})

export const silenceDetected = event(contract.SilenceDetected, {
  visibility: 'internal',
  say: (e) =>
    e.lastContact === undefined
      ? {
          en: 'No contact with the client for {limitDays} days, since the plan began on {since}',
          zh: '自{since}计划开始以来，已有{limitDays}天与客户无双向联系',
        }
      : {
          en: 'No contact with the client for {limitDays} days, since {since}',
          zh: '自{since}以来，已有{limitDays}天与客户无双向联系',
        },
  evolve: (s: CommunicationPlan, e) => ({ ...s, silences: [...s.silences, e.lastContact ?? ''] }),
})

export const communicationPlan = stream<CommunicationPlan>('communication.communication-plan', {
  initial: undefined as never,
  events: [communicationPlanDefined, communicationPlanAmended, slotMissed, reportNotIssued, silenceDetected],
  scope: engagements.inEngagement,
})
