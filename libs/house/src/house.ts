import communication, { reportDerivation } from '@rapport/communication'
import { engagements as contract } from '@rapport/contracts'
import engagements from '@rapport/engagements'
import {
  createViews,
  derivationView,
  foldingsOf,
  Folds,
  ClockRole,
  foldingName,
  Handle,
  KeyRing,
  logFolding,
  Measures,
  measuresView,
  Projection,
  Reactor,
  Registry,
  StoreMessages,
  type Acting,
  type Asked,
  type Documents,
  type EventStore,
  type Folding,
  type Keys,
  type Ops,
  type Position,
  type View,
  type ViewsDeps,
} from '@rapport/events'
import { Erasures } from './erasures.ts'

const importsModel = engagements.readModels.find((model) => model.name === 'imports')!

/** Every context of the product. */
export const registry = new Registry([engagements, communication])

/** What the projection keeps: the log, and each read model for each of its audiences. */
export const foldings: readonly Folding[] = [
  logFolding,
  ...registry.models.flatMap((model) => foldingsOf(model, registry)),
  ...registry.contexts.flatMap(({ clock }) => clock.flatMap(({ model }) => foldingsOf(model, registry))),
]

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
  readonly measures: Measures
  readonly reactor: Reactor
  readonly clock: ClockRole
  /** Whether everything in the tenant is made up. */
  simulated(tenant: string): Promise<boolean>
  /** Brings up what must stand before the first request: every recorded erasure has destroyed its key. */
  settle(store: { readonly id: string; readonly restores: number }): Promise<void>
  /** Begins to feed the read models, to react, and to watch the clock. */
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
  const simulated = async (tenant: string): Promise<boolean> => (await settings(tenant))?.simulated === true
  const zone = async (tenant: string, id: string): Promise<string> =>
    (await ask(tenant, { fact: contract.engagementFact, id, asOf: 'now' }))?.zone ?? 'UTC'
  const handle = new Handle({
    figures: (...asked) => measures.forDecision(...asked),
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
  const measures = new Measures({ store: ports.events, documents: ports.documents, registry, projection, clock, zone })
  const messages = new StoreMessages({ store: ports.events, ops: ports.ops, registry, source: 'urn:rapport:laptop' })
  const reactor = new Reactor({
    messages,
    handle,
    keys,
    ops: ports.ops,
    reactions: registry.contexts.flatMap((c) => c.reactions),
  })
  const clockRole = new ClockRole({
    store: ports.events,
    documents: ports.documents,
    projection,
    handle,
    clock,
    contexts: registry.contexts.map((c) => c.clock),
    tenants: () => ports.keys.tenants(),
    async held(tenant) {
      const collection = projection.collection(foldingName(importsModel, 'internal'))
      const open = await ports.documents.find(tenant, collection, {
        where: [{ field: 'status', eq: 'open' }],
        limit: 1_000,
      })
      return new Set(open.flatMap(({ doc }) => doc['engagements'] as readonly string[]))
    },
  })
  const viewsDeps = {
    store: ports.events,
    documents: ports.documents,
    keys,
    registry,
    projection,
    member,
    clock,
    async engagement(tenant, id) {
      const found = await ask(tenant, { fact: contract.engagementFact, id, asOf: 'now' })
      return found && { ...found, simulated: await simulated(tenant) }
    },
  } satisfies ViewsDeps
  const views = [
    ...createViews(viewsDeps),
    measuresView(viewsDeps, measures),
    derivationView(viewsDeps, measures, reportDerivation),
  ]
  const erasures = new Erasures({ store: ports.events, ops: ports.ops, keys, registry })
  return {
    registry,
    keys,
    handle,
    projection,
    views,
    folds,
    measures,
    reactor,
    clock: clockRole,
    simulated,
    settle: ({ id, restores }) => erasures.settle(`${id}/${restores}`),
    async start() {
      await projection.start()
      await reactor.start()
      clockRole.start()
    },
    async lag() {
      const events = await behind(ports.events, projection.lag().reached)
      return Object.fromEntries(foldings.map(({ model }) => [model, events]))
    },
    async stop() {
      await Promise.all([clockRole.stop(), reactor.stop()])
      await projection.stop()
    },
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
