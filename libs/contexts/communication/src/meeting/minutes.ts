import { communication as contract, engagements } from '@rapport/contracts'
import { of, type Asked, type Plain } from '@rapport/events'

const { text, agenda, feedback, decisions, verbalRequests, actions } = contract.MinutesRecorded.shape
/** What a command says of minutes; a list that it leaves out is empty. */
export const minutesAsked = {
  text,
  agenda: agenda.optional(),
  feedback,
  decisions: decisions.optional(),
  verbalRequests: verbalRequests.optional(),
  actions: actions.optional(),
}
type Minutes = Plain<typeof minutesAsked>

export const ownerErrors = { 'owner-erased': 'The owner of an action is erased; `owner` names it.' } as const

/** One question an owner, by its id. */
export interface AskedOwners {
  readonly [id: string]: Asked<{ readonly erased: boolean }>
}
export const askOwners = (actions: Minutes['actions'] = []): AskedOwners =>
  Object.fromEntries(actions.map(({ owner }) => [owner, of(engagements.personFact, owner)]))

export function checkOwners(
  facts: object,
  actions: Minutes['actions'],
  refuse: (code: keyof typeof ownerErrors, detail: Readonly<Record<string, unknown>>) => never,
): void {
  for (const { owner } of actions ?? [])
    if ((facts as Readonly<Record<string, { erased: boolean }>>)[owner]!.erased) refuse('owner-erased', { owner })
}

export const minutesOf = (command: Minutes) => ({
  ...command,
  agenda: command.agenda ?? [],
  decisions: command.decisions ?? [],
  verbalRequests: command.verbalRequests ?? [],
  actions: command.actions ?? [],
})
