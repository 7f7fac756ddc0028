import type { communication as contract } from '@rapport/contracts'
import { dayStart } from '@rapport/events'
import { slotHolding, slotNamed } from '../communication-plan/slots.ts'

export const placeErrors = {
  'slot-without-cadence': 'A slot is of a cadence.',
  'no-such-slot': 'The plan has no such slot of a cadence of reports, or none of it holds the end of the period.',
  'audience-differs': 'The plan has this report for other readers; `audience` says for whom.',
} as const

interface Placed {
  readonly cadence?: string
  readonly slot?: string
}

/** The slot that a report says it is of, or the one of its cadence that holds the last day of its period. */
export function placed(
  { versions }: contract.PlanKnown,
  report: Placed & { readonly audience: 'internal' | 'client'; readonly period: { readonly to: string } },
  zone: string,
  refuse: (code: keyof typeof placeErrors, detail?: Readonly<Record<string, unknown>>) => never,
): Placed {
  const { cadence, slot } = report
  if (cadence === undefined) return slot === undefined ? {} : refuse('slot-without-cadence')
  const found =
    slot === undefined
      ? slotHolding(versions, cadence, dayStart(report.period.to, zone))
      : slotNamed(versions, cadence, slot)
  if (found?.terms.kind !== 'report') return refuse('no-such-slot')
  const { audience } = found.terms
  if (audience !== report.audience) return refuse('audience-differs', { audience })
  return { cadence, slot: found.name }
}
