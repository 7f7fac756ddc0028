import {
  HOUSE,
  kidOf,
  parseStored,
  START,
  type EventStore,
  type KeyRing,
  type Ops,
  type Registry,
} from '@rapport/events'

const NAME = 'erasures'

/**
 * Makes sure before anything is served that every recorded erasure destroyed its key: the process may have been killed between the two,
 * or the keys restored from a copy made before.
 */
export class Erasures {
  readonly #deps: { readonly store: EventStore; readonly ops: Ops; readonly keys: KeyRing; readonly registry: Registry }

  constructor(deps: {
    readonly store: EventStore
    readonly ops: Ops
    readonly keys: KeyRing
    readonly registry: Registry
  }) {
    this.#deps = deps
  }

  /** `of` names the store and how often it was restored: with another name its keys may be older than what was settled, so all is settled again. */
  async settle(of: string): Promise<void> {
    const { store, ops, keys, registry } = this.#deps
    const prefixes = [
      ...new Set(
        registry.streams
          .filter(({ stream }) => [...stream.events.values()].some((e) => e.destroysKey))
          .map(({ stream }) => `${stream.name.split('.')[0]!}.`),
      ),
    ]
    const before = await ops.get(HOUSE, NAME)
    const settled = before?.value as { readonly of?: string; readonly reached?: string } | undefined
    const from = (settled?.of === of ? settled.reached : undefined) ?? START
    const done = new AbortController()
    let reached = from
    for await (const page of store.follow({ from, prefixes, signal: done.signal })) {
      for (const stored of page.events) {
        const { kind, streamId, meta } = parseStored(stored)
        if (registry.eventOf(kind, stored.type).destroysKey)
          await keys.destroy(meta.tenant, kidOf(kind, streamId), stored.recordedAt)
      }
      reached = page.position
      if (page.caughtUp) done.abort()
    }
    if (reached !== from) await ops.set(HOUSE, NAME, { of, reached }, before?.version ?? 'none')
  }
}
