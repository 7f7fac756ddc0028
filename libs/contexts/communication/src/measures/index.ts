import type { AnyMeasure, Audience } from '@rapport/events'
import { actionClosure } from './action-closure.ts'
import { badNewsLatencyP50, badNewsLatencyP90 } from './bad-news-latency.ts'
import { cadenceAdherence } from './cadence-adherence.ts'
import { proactiveShare } from './proactive-share.ts'
import { reciprocity } from './reciprocity.ts'
import { reportPunctuality } from './report-punctuality.ts'
import { silenceGap } from './silence-gap.ts'

/** Every measure that needs only communication. */
export const measures: readonly AnyMeasure[] = [
  cadenceAdherence,
  reportPunctuality,
  silenceGap,
  reciprocity,
  actionClosure,
  badNewsLatencyP50,
  badNewsLatencyP90,
  proactiveShare,
]

/** Those that a reader of this audience may be told: all of their models are for it (I-26). */
export const measuresFor = (audience: Audience): readonly string[] =>
  measures
    .filter(({ models }) =>
      Object.values(models as Readonly<Record<string, { readonly audience: readonly Audience[] }>>).every((model) =>
        model.audience.includes(audience),
      ),
    )
    .map(({ name }) => name)
