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
  Relay,
  StoreMessages,
  type Acting,
  type Asked,
  type Documents,
  type EventStore,
  type Folding,
  type Keys,
  type Messages,
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

/**
 * What a process does. `api`: commands; `relay`: tells its contexts' events to the broker; `react`: its contexts' reactions; `clock`: its
 * contexts' deadlines; `query`: views; `project`: feeds the read models.
 */
export const houseRoles = ['api', 'relay', 'react', 'clock', 'query', 'project'] as const
export type HouseRole = (typeof houseRoles)[number]

/** Which store it is, and how often it was restored: all that ce_source says. */
export interface StoreIdentity {
  readonly id: string
  readonly restores: number
}

export interface HouseOptions {
  readonly store: StoreIdentity
  /** The names of the contexts that this process serves; default: all. */
  readonly contexts?: readonly string[]
  /** Default: all. */
  readonly roles?: readonly HouseRole[]
  /** A broker: then events reach reactions through it, by relay. Without one the store itself is what reactions hear. */
  readonly messages?: Messages
  /** Other processes have the same servers. Default: false. */
  readonly shared?: boolean
  readonly clock?: () => Temporal.Instant
  /** Told of each outage that something in the background waits for the end of. */
  readonly onTrouble?: (what: string, error: unknown) => void
  /** Told once when the read models stop for good. */
  readonly onStopped?: (error: unknown) => void
}

/** The product over its ports, without a door. */
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
  /** What it serves: the streams of its contexts where it takes commands. */
  readonly served: Pick<Registry, 'streams'>
  does(role: HouseRole): boolean
  /** Whether everything in the tenant is made up. */
  simulated(tenant: string): Promise<boolean>
  /** Brings up what must stand before the first request: every recorded erasure has destroyed its key. */
  settle(): Promise<void>
  /** Begins what its roles say: to feed the read models, to relay, to react, and to watch the clock. */
  start(): Promise<void>
  /** Events that each read model has still to fold, counted up to 10,000. */
  lag(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

export function createHouse(ports: Ports, options: HouseOptions): House {
  const { store: identity, shared = false } = options
  const clock = options.clock ?? (() => Temporal.Now.instant())
  const contexts = registry.contexts.filter(({ name }) => options.contexts?.includes(name) ?? true)
  const roles = new Set<HouseRole>(options.roles ?? houseRoles)
  const does = (role: HouseRole): boolean => roles.has(role)
  const source = `urn:rapport:store:${identity.id}/${identity.restores}`
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
    mode: !shared ? 'alone' : does('project') ? 'shared' : 'observed',
    onTrouble: (error) => options.onTrouble?.('read models', error),
    ...(options.onStopped && { onStopped: options.onStopped }),
  })
  const measures = new Measures({ store: ports.events, documents: ports.documents, registry, projection, clock, zone })
  const messages = options.messages ?? new StoreMessages({ store: ports.events, ops: ports.ops, registry, source })
  const reactor = new Reactor({
    messages,
    handle,
    keys,
    ops: ports.ops,
    reactions: contexts.flatMap((c) => c.reactions),
    onTrouble: (reaction, error) => options.onTrouble?.(`reaction ${reaction}`, error),
  })
  // Without a broker there is nobody to tell: reactions hear the store itself.
  const relayed = options.messages !== undefined && does('relay') ? contexts : []
  const relays = relayed.map(
    ({ name }) =>
      new Relay({
        store: ports.events,
        messages,
        ops: ports.ops,
        registry,
        context: name,
        source,
        onTrouble: (error) => options.onTrouble?.(`relay of ${name}`, error),
      }),
  )
  const clockRole = new ClockRole({
    store: ports.events,
    documents: ports.documents,
    projection,
    handle,
    clock,
    contexts: contexts.map((c) => c.clock),
    tenants: () => ports.keys.tenants(),
    onTrouble: (error) => options.onTrouble?.('clock', error),
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
  const erasures = new Erasures({ store: ports.events, ops: ports.ops, keys, ports: ports.keys, registry })
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
    served: {
      streams: does('api')
        ? registry.streams.filter(({ stream }) => contexts.some(({ name }) => stream.name.startsWith(`${name}.`)))
        : [],
    },
    does,
    simulated,
    settle: () => erasures.settle(`${identity.id}/${identity.restores}`),
    async start() {
      await projection.start()
      for (const relay of relays) relay.start()
      // With a broker a microservice drives them: serve.ts.
      if (does('react') && options.messages === undefined) await reactor.start()
      if (does('clock')) clockRole.start()
    },
    async lag() {
      const events = await behind(ports.events, projection.lag().reached)
      return Object.fromEntries(foldings.map(({ model }) => [model, events]))
    },
    async stop() {
      // The clock and the edge wait for read models: stopped, they let whoever waits go.
      await Promise.all([clockRole.stop(), reactor.stop(), ...relays.map((relay) => relay.stop()), projection.stop()])
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
