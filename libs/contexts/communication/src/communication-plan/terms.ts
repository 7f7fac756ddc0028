import { cadenceProblem } from '@rapport/business-time'
import { communication as contract } from '@rapport/contracts'
import type { Plain } from '@rapport/events'
import { definitionOf } from './slots.ts'

const { zone: _, carryOverLimit, workweek, ...terms } = contract.CommunicationPlanAmended.shape
/** What a command says of a plan: its zone is the engagement's, and what it leaves out has a default. */
export const termsAsked = { ...terms, carryOverLimit: carryOverLimit.optional(), workweek: workweek.optional() }

export const termErrors = {
  'duplicate-cadence': 'Two cadences of the plan have the same name; `cadence` names it.',
  'cadence-malformed': 'A cadence cannot be: `cadence` names it, `at` the field, `problem` what is wrong.',
} as const

const defaults = { carryOverLimit: 2, workweek: ['mon', 'tue', 'wed', 'thu', 'fri'] } as const

/** The terms with what was left out, refused where a cadence cannot be. */
export function termsOf<C extends Omit<Plain<typeof termsAsked>, 'reason'>>(
  command: C,
  zone: string,
  refuse: (code: keyof typeof termErrors, detail: Readonly<Record<string, unknown>>) => never,
) {
  const names = new Set<string>()
  for (const cadence of command.cadences) {
    if (names.has(cadence.name)) return refuse('duplicate-cadence', { cadence: cadence.name })
    names.add(cadence.name)
    const problem = cadenceProblem(definitionOf(cadence, zone))
    if (problem !== undefined)
      return refuse('cadence-malformed', { cadence: cadence.name, at: problem.at, problem: problem.code })
  }
  return {
    ...command,
    zone,
    carryOverLimit: command.carryOverLimit ?? defaults.carryOverLimit,
    workweek: [...(command.workweek ?? defaults.workweek)],
  }
}
