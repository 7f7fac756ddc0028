import communication from '@rapport/communication'
import { engagements as contract } from '@rapport/contracts'
import engagements from '@rapport/engagements'
import {
  createViews,
  foldingsOf,
  Folds,
  Handle,
  KeyRing,
  logFolding,
  Projection,
  Registry,
  type Acting,
  type Asked,
  type Documents,
  type EventStore,
  type Folding,
  type Keys,
  type Ops,
  type Position,
  type View,
} from '@rapport/events'
import { Erasures } from './erasures.ts'

/** Every context of the product. */
export const registry = new Registry([engagements, communication])

/** What the projection keeps: the log, and each read model for each of its audiences. */
export const foldings: readonly Folding[] = [logFolding, ...registry.models.flatMap(foldingsOf)]

export interface Ports {
  readonly events: EventStore
  readonly documents: Documents
  readonly ops: Ops
  readonly keys: Keys
}

/** The whole product over its ports, without a door. */
export interface House {
  readonly registry: Registry
  readonly keys: KeyRing
  readonly handle: Handle
  readonly projection: Projection
  readonly views: readonly View[]
  readonly folds: Folds
  /** Brings up what must stand before the first request: every recorded erasure has destroyed its key. */
  settle(store: { readonly id: string; readonly restores: number }): Promise<void>
  /** Begins to feed the read models. */
  start(): Promise<void>
  /** Events that each read model has still to fold, counted up to 10,000. */
  lag(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

export function createHouse(
  ports: Ports,
  options: { readonly clock?: () => Temporal.Instant; readonly onStopped?: (error: unknown) => void } = {},
): House {
  const clock = options.clock ?? (() => Temporal.Now.instant())
  const keys = new KeyRing(ports.keys)
  const folds = new Folds(ports.events, registry)
  const ask = async <T>(tenant: string, asked: Asked<T>): Promise<T | undefined> =>
    (await folds.fact(tenant, asked, { occurredAt: '' }))?.state
  const member = (actor: Acting, tenant: string, scope: { readonly engagement?: string }): Promise<boolean> =>
    contract.isMember(actor, scope, (asked) => ask(tenant, asked))
  const settings = async (tenant: string) => ask(tenant, contract.settingsOf(tenant))
  const handle = new Handle({
    store: ports.events,
    keys,
    registry,
    clock,
    folds,
    member,
    lateAfterDays: async (tenant) =>
      (await settings(tenant))?.lateAfterDays ?? contract.tenantSettingsFact.initial.lateAfterDays,
  })
  const projection = new Projection({
    store: ports.events,
    documents: ports.documents,
    ops: ports.ops,
    registry,
    foldings,
    ...(options.onStopped && { onStopped: options.onStopped }),
  })
  const views = createViews({
    store: ports.events,
    documents: ports.documents,
    keys,
    registry,
    projection,
    member,
    async engagement(tenant, id) {
      return ask(tenant, { fact: contract.engagementFact, id, asOf: 'now' })
    },
  })
  const erasures = new Erasures({ store: ports.events, ops: ports.ops, keys, registry })
  return {
    registry,
    keys,
    handle,
    projection,
    views,
    folds,
    settle: ({ id, restores }) => erasures.settle(`${id}/${restores}`),
    start: () => projection.start(),
    async lag() {
      const events = await behind(ports.events, projection.lag().reached)
      return Object.fromEntries(foldings.map(({ model }) => [model, events]))
    },
    stop: () => projection.stop(),
  }
}

const COUNTED = 10_000

async function behind(store: EventStore, from: Position): Promise<number> {
  const done = new AbortController()
  let events = 0
  for await (const page of store.follow({ from, prefixes: [], signal: done.signal })) {
    events += page.events.length
    if (page.caughtUp || events >= COUNTED) break
  }
  done.abort()
  return Math.min(events, COUNTED)
}
