import { communication as contract } from '@rapport/contracts'
import { of, type Asked, type Plain } from '@rapport/events'
import type { z } from 'zod'

type Mentions = z.input<typeof contract.mentions>
interface Mentioned {
  readonly engagement: string | undefined
  readonly audience?: 'internal' | 'client'
}

export const mentionErrors = {
  'mention-elsewhere': 'The report refers to something of another engagement; `mention` names it.',
  'mention-internal': 'A report for the client refers to something that the client does not see; `mention` names it.',
} as const

/** One question for each thing that a report refers to, by its id. */
export interface AskedMentions {
  readonly [id: string]: Asked<Mentioned>
}
export const askMentions = ({ meetings = [], actionItems = [], disclosures = [] }: Mentions = {}): AskedMentions =>
  Object.fromEntries([
    ...meetings.map((id) => [id, of(contract.meetingFact, id)] as const),
    ...actionItems.map((id) => [id, of(contract.actionItemFact, id)] as const),
    ...disclosures.map((id) => [id, of(contract.disclosureFact, id)] as const),
  ])

/** I-26: a report refers to things of its engagement, one for the client only to what the client sees. */
export function checkMentions(
  facts: object,
  {
    mentions = {},
    audience,
    engagement,
  }: Pick<Plain<typeof contract.ReportDrafted.shape>, 'audience' | 'engagement'> & {
    readonly mentions?: Mentions
  },
  refuse: (code: keyof typeof mentionErrors, detail: Readonly<Record<string, unknown>>) => never,
): void {
  for (const mention of Object.values(mentions as Readonly<Record<string, readonly string[]>>).flat()) {
    const found = (facts as Readonly<Record<string, Mentioned>>)[mention]!
    if (found.engagement !== engagement) refuse('mention-elsewhere', { mention })
    // What was disclosed the client was told.
    if (audience === 'client' && found.audience === 'internal') refuse('mention-internal', { mention })
  }
}
