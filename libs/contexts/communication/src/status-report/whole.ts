import type { communication as contract } from '@rapport/contracts'
import type { Opened, Plain } from '@rapport/events'
import type { StatusReport } from './state.ts'

type Whole = Plain<typeof contract.ReportIssued.shape>

export const wholeErrors = { 'texts-erased': 'The texts of the engagement are erased.' } as const

const holdsErased = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ('erased' in value || Object.values(value).some((member) => holdsErased(member)))

/** A report as a version tells it, whole. */
export function whole(state: Opened<StatusReport>, refuse: (code: keyof typeof wholeErrors) => never): Whole {
  if (holdsErased(state)) return refuse('texts-erased')
  return state as unknown as Whole
}
