import type { Citing } from '@rapport/events'
import { reports, type Report } from './reports.ts'

/** The figures of an issued report, made again (I-25): `GET /api/views/report-derivation/{id}`. */
export const reportDerivation: Citing = {
  name: 'report-derivation',
  summary:
    'Derives the figures of an issued report again: whether they come out the same, and which later events would change them.',
  model: reports,
  cited(doc) {
    const { status, figures, period, audience, asOf } = doc as unknown as Report
    if (status !== 'issued') return undefined
    return {
      wanted: { ...period, audience },
      now: asOf,
      figures: figures.map(({ value, last, ...figure }) => ({
        ...figure,
        value: value ?? null,
        ...(last !== undefined && { last }),
      })),
    }
  },
}
