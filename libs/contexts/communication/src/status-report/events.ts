import { communication as contract, engagements } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { StatusReport } from './state.ts'

const parts = ['completed', 'inProgress', 'notDone', 'nextSteps'] as const
interface Of {
  readonly cadence?: string | undefined
}

// A draft is ours, whoever the report is for: the client sees what was issued, whole, and its corrections.

export const reportDrafted = event(contract.ReportDrafted, {
  visibility: 'internal',
  say: ({ cadence }: Of) =>
    cadence === undefined
      ? { en: 'A status report was drafted', zh: '已起草状态报告' }
      : { en: 'A report was drafted: {cadence}', zh: '已起草报告：{cadence}' },
  show: parts,
  evolve: (_: StatusReport, e): StatusReport => ({ ...e, version: 0, acknowledgedBy: [] }),
})

export const reportIssued = event(contract.ReportIssued, {
  visibility: 'command',
  say: ({ cadence }: Of) =>
    cadence === undefined
      ? { en: 'A status report was issued', zh: '已发布状态报告' }
      : { en: 'A report was issued: {cadence}', zh: '已发布报告：{cadence}' },
  show: parts,
  evolve: (s: StatusReport, e, { id }): StatusReport => ({ ...s, ...e, version: 1, last: id }),
})

export const reportCorrected = event(contract.ReportCorrected, {
  visibility: 'command',
  say: { en: 'The report was corrected; this is version {version}', zh: '报告已更正，现为第{version}版' },
  show: ['reason', ...parts],
  evolve: (s: StatusReport, { reason: _, replaces: __, ...e }, { id }): StatusReport => ({
    ...s,
    ...e,
    last: id,
    acknowledgedBy: [],
  }),
})

export const reportAcknowledged = event(contract.ReportAcknowledged, {
  visibility: 'client',
  say: {
    en: '{stakeholder} acknowledged version {version} of the report',
    zh: '{stakeholder}已确认收到报告第{version}版',
  },
  show: ['note'],
  evolve: (s: StatusReport, { stakeholder }): StatusReport => ({
    ...s,
    acknowledgedBy: [...s.acknowledgedBy, stakeholder],
  }),
})

export const statusReport = stream<StatusReport>('communication.status-report', {
  initial: undefined as never,
  events: [reportDrafted, reportIssued, reportCorrected, reportAcknowledged],
  scope: engagements.inEngagement,
})
