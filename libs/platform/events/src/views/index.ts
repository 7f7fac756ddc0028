import { logView } from './log-view.ts'
import { modelView } from './model-view.ts'

import { timelineView } from './timeline-view.ts'
import type { View, ViewsDeps } from './view.ts'

export * from './cursor.ts'
export { derivationView } from './derivation-view.ts'
export type { Citing } from './derivation-view.ts'
export { measuresView } from './measures-view.ts'
export * from './sentence.ts'
export * from './view.ts'

/** Every view of the house: the log, the timeline, and one for each read model. */
export function createViews(deps: ViewsDeps): readonly View[] {
  return [logView(deps), timelineView(deps), ...deps.registry.models.map((model) => modelView(deps, model))]
}
