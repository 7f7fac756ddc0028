import type { z } from 'zod'
import { communication as contract } from '@rapport/contracts'
import { oneOf, readModel, type Stored } from '@rapport/events'
import { reportAcknowledged, reportCorrected, reportDrafted, reportIssued } from '../status-report/events.ts'

type Issued = Stored<typeof contract.ReportIssued.shape>
type Acknowledged = Stored<typeof contract.ReportAcknowledged.shape>

const status = oneOf('draft', 'issued')

export interface Report extends Issued {
  readonly status: z.output<typeof status>
  /** The last day of its period. */
  readonly to: string
  /** 0 as long as it is a draft. */
  readonly version: number
  readonly issuedAt?: string
  /** The event that made each version. */
  readonly versions: readonly {
    readonly version: number
    readonly event: string
    readonly at: string
    readonly asOf: string
  }[]
  readonly acknowledgements: readonly (Acknowledged & { readonly at: string })[]
  readonly events: readonly string[]
}

/** Status reports in their last version, with the figures and what it takes to derive them again; drafts are ours alone. */
export const reports = readModel({
  name: 'reports',
  version: 1,
  summary: 'Status reports in their last version, with their figures, versions and acknowledgements.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [reportDrafted, reportIssued, reportCorrected, reportAcknowledged],
  evolve(doc: Report | undefined, event): Report | 'delete' {
    const { occurredAt: at, id } = event
    const before = doc?.events ?? []
    if (event.type === 'ReportDrafted') {
      const { engagement: _, ...draft } = event.data
      return {
        ...draft,
        to: draft.period.to,
        status: 'draft',
        version: 0,
        versions: [],
        acknowledgements: [],
        events: [id],
      }
    }
    if (event.type === 'ReportIssued') {
      const { data } = event
      return {
        ...data,
        to: data.period.to,
        status: 'issued',
        version: 1,
        issuedAt: at,
        versions: [{ version: 1, event: id, at, asOf: data.asOf }],
        acknowledgements: [],
        events: [...before, id],
      }
    }
    if (doc === undefined) return 'delete'
    if (event.type === 'ReportAcknowledged')
      return { ...doc, acknowledgements: [...doc.acknowledgements, { ...event.data, at }], events: [...before, id] }
    const { reason: _, replaces: __, version, ...content } = event.data
    return {
      ...doc,
      ...content,
      version,
      versions: [...doc.versions, { version, event: id, at, asOf: content.asOf }],
      events: [...before, id],
    }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'to', type: 'string' },
      { field: 'status', type: 'string' },
      { field: 'cadence', type: 'string' },
    ],
  ],
  list: { filters: { status, cadence: contract.cadenceName }, sort: { field: 'to', direction: 'asc' } },
})
