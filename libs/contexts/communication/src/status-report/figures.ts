import type { communication as contract } from '@rapport/contracts'
import type { Audience, Figures, Plain, Wanted } from '@rapport/events'
import { measuresFor } from '../measures/index.ts'

type Cited = Plain<typeof contract.ReportDrafted.shape>['figures']

export const figureErrors = {
  'too-much': 'More than 5,000 events stand behind a figure; take a shorter period.',
} as const
const MOST = 5_000

/** Every measure that the readers of a report may be told, over its period (I-26). */
export const wantedFor = (period: { readonly from: string; readonly to: string }, audience: Audience): Wanted => ({
  measures: measuresFor(audience),
  ...period,
  audience,
})

/** Figures as a report keeps them (I-25). */
export function cited(figures: Figures, refuse: (code: keyof typeof figureErrors) => never): Cited {
  return Object.values(figures).map(({ value, models, events, ...figure }) => {
    if (events.length > MOST) return refuse('too-much')
    return { ...figure, models: [...models], events: [...events], ...(value !== null && { value }) }
  })
}
