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

  /** `again`: from the first event on, whatever was settled before. */
  async settle({ again }: { readonly again: boolean }): Promise<void> {
    const { store, ops, keys, registry } = this.#deps
    const prefixes = [
      ...new Set(
        registry.streams
          .filter(({ stream }) => [...stream.events.values()].some((e) => e.destroysKey))
          .map(({ stream }) => `${stream.name.split('.')[0]!}.`),
      ),
    ]
    const before = await ops.get(HOUSE, NAME)
    const from = again ? START : ((before?.value as { reached?: string } | undefined)?.reached ?? START)
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
    if (reached !== from) await ops.set(HOUSE, NAME, { reached }, before?.version ?? 'none')
  }
}
