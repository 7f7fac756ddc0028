import type { AnyDecision } from './decision.ts'
import { readModel, type AnyReadModel, type Foldable, type RecordedOf } from './read-model.ts'
import type { Doc, Json } from './ports.ts'

/** What becomes true at an instant when nobody acts: the decision that records it then. */
export interface Deadline {
  /** An instant: it is the occurredAt of what is recorded. */
  readonly due: string
  readonly decision: AnyDecision
  /** The stream that it is judged on. */
  readonly id: string
  /** What makes it the same deadline however often it is judged: (plan, cadence, slot). */
  readonly key: string
  readonly body: Json
}

export interface ClockRuleDef<E extends Foldable, D extends object> {
  /** Also the name of its model. */
  readonly name: string
  readonly version: number
  readonly on: readonly E[]
  ids?(event: RecordedOf<E>): readonly string[]
  /** What is waited for, as events make it; JSON only, without a clock. */
  evolve(doc: D | undefined, event: RecordedOf<E>, id: string): D | 'delete'
  /** The next deadline of a document, undefined where nothing is waited for. Pure: `evolve` of what is recorded then must move it on. */
  next(doc: D, id: string): Deadline | undefined
}

/** A rule of a context's clock: its model of what is waited for, and what is recorded when it is due. */
export interface ClockRule {
  readonly name: string
  readonly model: AnyReadModel
  next(doc: Doc, id: string): Deadline | undefined
}

/** A member that every document of a clock's model has: when it is due next, '' for never. Set by {@link clockRule}. */
const DUE = 'due'

export function clockRule<E extends Foldable, D extends object>(def: ClockRuleDef<E, D>): ClockRule {
  const model = readModel<E, D & { due: string; engagement?: string }>({
    name: def.name,
    version: def.version,
    summary: 'What the clock waits for.',
    // Over all engagements of the tenant: whose a deadline is stands in the document.
    scope: 'tenant',
    audience: ['internal'],
    on: def.on,
    ...(def.ids !== undefined && { ids: def.ids }),
    evolve(doc, event, id) {
      const next = def.evolve(doc, event, id)
      if (next === 'delete') return 'delete'
      const { engagement } = event.meta
      return { ...next, ...(engagement !== undefined && { engagement }), [DUE]: def.next(next, id)?.due ?? '' }
    },
    indexes: [[{ field: DUE, type: 'string' }]],
    list: { filters: {}, sort: { field: DUE, direction: 'asc' } },
  })
  return { name: def.name, model: model as AnyReadModel, next: def.next as ClockRule['next'] }
}
