import {
  HOUSE,
  kidOf,
  parseStored,
  START,
  type EventStore,
  type KeyRing,
  type Keys,
  type Ops,
  type Registry,
} from '@rapport/events'

const NAME = 'erasures'

/** Up to where erasures are settled, in which store, and how many keys were destroyed then. */
interface Settled {
  readonly of?: string
  readonly reached?: string
  readonly destroyed?: number
}

interface ErasuresDeps {
  readonly store: EventStore
  readonly ops: Ops
  readonly keys: Pick<KeyRing, 'destroy'>
  readonly ports: Pick<Keys, 'tenants' | 'list'>
  readonly registry: Registry
}

/**
 * Makes sure before anything is served that every recorded erasure destroyed its key: the process may have been killed between the two,
 * or the keys restored from a copy made before.
 */
export class Erasures {
  readonly #deps: ErasuresDeps

  constructor(deps: ErasuresDeps) {
    this.#deps = deps
  }

  /**
   * `of` names the store and how often it was restored. With another name, or with fewer destroyed keys than there were, the keys may be of
   * an older copy than what was settled, so all is settled again.
   */
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
    const settled = before?.value as Settled | undefined
    const destroyed = await this.#destroyed()
    const known = settled?.of === of && destroyed >= (settled.destroyed ?? 0)
    const from = (known ? settled.reached : undefined) ?? START
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
    const now = reached === from ? destroyed : await this.#destroyed()
    if (reached !== from || now !== settled?.destroyed)
      await ops.set(HOUSE, NAME, { of, reached, destroyed: now }, before?.version ?? 'none')
  }

  async #destroyed(): Promise<number> {
    let count = 0
    for (const tenant of await this.#deps.ports.tenants())
      count += (await this.#deps.ports.list(tenant)).filter(({ state }) => state === 'destroyed').length
    return count
  }
}
