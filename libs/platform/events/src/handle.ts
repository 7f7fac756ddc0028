import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonical } from './canonical.ts'
import type { Command, Outcome } from './command.ts'
import { refuser, type Acting, type AnyDecision, type Asked, type Identity } from './decision.ts'
import { Conflict, OutcomeUnknown, RapportError, Refusal, Unavailable } from './errors.ts'
import type { New, Visibility } from './event.ts'
import type { Shape } from './fields.ts'
import { Folds, type Folded } from './folds.ts'
import { idHmac, uuidv8 } from './ids.ts'
import type { Figures, Wanted } from './measure.ts'
import type { KeyRing } from './key-ring.ts'
import { platformCodes } from './platform-codes.ts'
import { limits, type Doc, type EventStore, type Json, type NewEvent } from './ports.ts'
import { Fingerprint, issuesOf, sealData, type Place } from './recording.ts'
import { kidOf, shortKind, streamName } from './names.ts'
import type { Metadata } from './recorded.ts'
import type { Registry } from './registry.ts'
import { at, instantText, isBefore, type Occurred } from './time.ts'

/** Decided and sealed, not yet appended. */
export interface Prepared {
  readonly kind: 'prepared'
  readonly stream: string
  readonly id: string
  readonly events: readonly NewEvent[]
  readonly expected: number | 'none'
  readonly command: Command
  readonly destroys: boolean
}
export interface Done {
  readonly kind: 'done'
  readonly outcome: Outcome
}

export interface HandleDeps {
  readonly store: EventStore
  readonly keys: KeyRing
  readonly registry: Registry
  readonly clock: () => Temporal.Instant
  readonly folds?: Folds
  /** Whether the actor belongs to the engagement as its role demands. */
  readonly member?: (
    actor: Acting,
    tenant: string,
    scope: { readonly client?: string; readonly engagement?: string },
  ) => Promise<boolean>
  /** Answers the figures that a decision asks for. */
  readonly figures?: (tenant: string, engagement: string, wanted: Wanted, now: string) => Promise<Figures>
  /** After how many days a back-dated fact counts as late; default 7. */
  readonly lateAfterDays?: (tenant: string) => Promise<number>
}

const TRIES = 10
const FUTURE = Temporal.Duration.from({ minutes: 5 })
const insideErase = channel('rapport.crash.inside-erase')

/** The one way in: reads the stream, answers at once if the command is in there, decides, seals, appends at the revision read. */
export class Handle {
  readonly #deps: HandleDeps
  readonly #folds: Folds
  readonly #fingerprint: Fingerprint

  constructor(deps: HandleDeps) {
    this.#deps = deps
    this.#fingerprint = new Fingerprint(deps.keys)
    this.#folds = deps.folds ?? new Folds(deps.store, deps.registry)
  }

  get folds(): Folds {
    return this.#folds
  }

  /** Records what the decision says, once; a {@link Refusal} records nothing. On a conflict it reads and decides again. */
  async handle(command: Command): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const prepared = await this.prepare(command)
      if (prepared.kind === 'done') return prepared.outcome
      try {
        return await this.commit(prepared)
      } catch (error) {
        if (!(error instanceof Conflict)) throw error
        if (attempt === TRIES) throw new Refusal('conflict', platformCodes.conflict)
      }
    }
  }

  /** Everything but the append. {@link Refusal} where the command is refused. */
  async prepare(command: Command): Promise<Prepared | Done> {
    const { registry } = this.#deps
    const decision = registry.decision(command.stream, command.decision)
    if (decision === undefined) throw new Refusal('not-found', platformCodes['not-found'])
    if (!decision.roles.includes(command.actor.role)) throw new Refusal('forbidden', platformCodes.forbidden)
    const parsed = decision.schema.safeParse(command.body)
    if (!parsed.success)
      throw new Refusal('invalid-command', platformCodes['invalid-command'], { errors: issuesOf(parsed.error) })
    const input = parsed.data as Record<string, unknown>
    const commandId = this.commandId(command)
    const { id, folded } = await this.#target(command, decision, input, commandId)
    if (folded === undefined && decision.creates !== true && !decision.stream.singleton)
      throw new Refusal('not-found', platformCodes['not-found'])

    const before = folded?.commands.get(commandId)
    if (before !== undefined) {
      const now = await this.#fingerprint.of(command, decision, placeOf(command, id, folded!.first), 'opening')
      if (now !== undefined && before.fingerprint !== undefined && now !== before.fingerprint)
        throw new Refusal('idempotency-key-reused', platformCodes['idempotency-key-reused'], { id })
      if (decision.stream.events.values().some((e) => e.destroysKey))
        await this.#destroyAfter(command.tenant, command.stream, id)
      return {
        kind: 'done',
        outcome: { id, revision: before.revision, position: before.position, events: before.events, replayed: true },
      }
    }
    try {
      return await this.#decide(command, decision, input, commandId, id, folded)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      // Keys and facts are read after the stream: this very command, sent twice, may have been recorded since, and what followed refuses it.
      const since = (await this.#target(command, decision, input, commandId)).folded
      if (since?.commands.has(commandId) !== true) throw error
      return this.prepare(command)
    }
  }

  /** Appends what was prepared. {@link Conflict} when the stream has moved on; an outage repeats the same append. */
  async commit(prepared: Prepared): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { revision, position } = await this.#deps.store.append(
          prepared.stream,
          prepared.events,
          prepared.expected,
        )
        if (prepared.destroys) {
          insideErase.publish({})
          await this.#destroyAfter(prepared.command.tenant, prepared.command.stream, prepared.id)
        }
        return { id: prepared.id, revision, position, events: prepared.events.length, replayed: false }
      } catch (error) {
        if (!(error instanceof Unavailable || error instanceof OutcomeUnknown) || attempt === 4) throw error
        await sleep(50 * 2 ** attempt)
      }
    }
  }

  commandId(command: Command): string {
    return uuidv8(
      'command',
      command.tenant,
      command.source,
      command.stream,
      command.id ?? '',
      command.decision,
      command.key,
    )
  }

  async #target(
    command: Command,
    decision: AnyDecision,
    input: Record<string, unknown>,
    commandId: string,
  ): Promise<{ readonly id: string; readonly folded: Folded | undefined }> {
    const { tenant, stream } = command
    const load = async (id: string) => ({ id, folded: await this.#folds.state(stream, tenant, id) })
    if (decision.stream.singleton) return load(uuidv8(shortKind(stream), tenant))
    if (decision.creates !== true) {
      if (command.id === undefined) throw new Refusal('not-found', platformCodes['not-found'])
      return load(command.id)
    }
    const identity = decision.identity?.(input as never)
    if (identity === undefined) return load(uuidv8('stream', commandId))
    const idOf = await this.#identified(tenant, stream, identity)
    for (let n = 1; ; n++) {
      const found = await load(idOf(n))
      const { folded } = found
      if (folded === undefined || folded.commands.has(commandId) || decision.stream.released?.(folded.state) !== true)
        return found
    }
  }

  /** The ids that an identity gives, the n-th after n - 1 of them were released. */
  async #identified(tenant: string, stream: string, { label, value }: Identity): Promise<(n: number) => string> {
    const { idKey } = await this.#deps.keys.secrets(tenant)
    const hmac = idHmac(idKey, label, value)
    return (n) => uuidv8(shortKind(stream), tenant, hmac, n)
  }

  async #decide(
    command: Command,
    decision: AnyDecision,
    input: Record<string, unknown>,
    commandId: string,
    id: string,
    folded: Folded | undefined,
  ): Promise<Prepared | Done> {
    const { clock, keys, member } = this.#deps
    const { tenant } = command
    const now = clock()
    const occurred = command.occurred ?? at(now)
    const basis = new Set<string>()
    const ask = async (asked: Asked<unknown>): Promise<unknown> => {
      const { fact, identity } = asked
      const id = identity === undefined ? asked.id : (await this.#identified(tenant, fact.stream, identity))(1)
      const answer = await this.#folds.fact(tenant, { ...asked, id }, occurred)
      if (answer === undefined && identity !== undefined) return fact.initial
      if (answer === undefined) throw new Refusal('reference-not-found', platformCodes['reference-not-found'])
      basis.add(answer.last)
      return keys.open(tenant, answer.state)
    }
    const scope = folded === undefined ? await this.#scope(decision, input, id, ask) : folded.first
    if (member !== undefined && !(await member(command.actor, tenant, scope)))
      throw new Refusal('not-found', platformCodes['not-found'])
    if (command.ifMatch !== undefined && folded?.revision !== command.ifMatch)
      throw new Refusal('revision-mismatch', platformCodes['revision-mismatch'])
    const state = await keys.open(tenant, folded?.state ?? decision.stream.initial)
    const asked = Object.entries(
      (decision.facts?.(input as never, id, state as never) ?? {}) as Record<string, Asked<unknown>>,
    )
    const facts: Record<string, unknown> = {}
    for (const [name, question] of asked) facts[name] = await ask(question)
    if (isBefore(at(now.add(FUTURE)), occurred))
      throw new Refusal('occurred-in-future', platformCodes['occurred-in-future'])

    const wanted = decision.figures?.(input as never, state as never)
    const figures = wanted === undefined ? {} : await this.#figures(tenant, scope.engagement, wanted, instantText(now))
    const news = decision.decide(state as never, input as never, {
      now,
      occurred,
      dated: command.occurred !== undefined,
      actor: command.actor,
      id,
      facts: facts as never,
      figures,
      refuse: refuser(decision),
    }) as readonly New<string, unknown>[]
    if (news.length === 0) {
      if (folded === undefined) throw new RapportError('defect', `${decision.name} began nothing and refused nothing.`)
      return {
        kind: 'done',
        outcome: { id, revision: folded.revision, position: folded.position, events: 0, replayed: false },
      }
    }
    const correctsFirst = news.some((n) => folded !== undefined && n.options.corrects?.ids.includes(folded.first.id))
    if (folded !== undefined && command.occurred !== undefined && !correctsFirst && isBefore(occurred, folded.began))
      throw new Refusal('occurred-before-beginning', platformCodes['occurred-before-beginning'])

    const events = await this.#record(command, decision, commandId, placeOf(command, id, scope), news, {
      scope,
      basis: [...basis],
      occurred,
      late: await this.#isLate(command, occurred, now),
    })
    return {
      kind: 'prepared',
      stream: streamName(command.stream, tenant, id),
      id,
      events,
      expected: folded?.revision ?? 'none',
      command,
      destroys: news.some((n) => n.event.destroysKey),
    }
  }

  /** What a decision wants recorded, checked, sealed and with all that an event carries beside its data (contracts.md §1). */
  async #record(
    command: Command,
    decision: AnyDecision,
    commandId: string,
    place: Place,
    news: readonly New<string, unknown>[],
    about: {
      readonly scope: ScopeIds
      readonly basis: readonly string[]
      readonly occurred: Occurred
      readonly late: boolean
    },
  ): Promise<readonly NewEvent[]> {
    const { actor, cause } = command
    const { scope, basis, late } = about
    const fingerprint = await this.#fingerprint.of(command, decision, place, 'sealing')
    const imported = command.import && (await this.#fingerprint.importOf(command, decision, place))
    const events: NewEvent[] = []
    for (const [n, made] of news.entries()) {
      const id = uuidv8('event', place.tenant, commandId, fingerprint ?? '', n)
      const { corrects, answers } = made.options
      const { data, kids } = await sealData(
        this.#deps.keys,
        made.event.shape as Shape,
        checkedData(decision, made),
        place,
        id,
      )
      checkPublished(decision, made, data)
      const time = command.occurred ?? corrects ?? about.occurred
      const metadata: Metadata = {
        v: made.event.version,
        tenant: place.tenant,
        ...(scope.client !== undefined && { client: scope.client }),
        ...(scope.engagement !== undefined && { engagement: scope.engagement }),
        actor: {
          id: actor.id,
          kind: actor.kind,
          ...(actor.onBehalfOf !== undefined && { onBehalfOf: actor.onBehalfOf }),
        },
        commandId,
        ...(fingerprint !== undefined && { fingerprint }),
        ...(basis.length > 0 && { basis }),
        occurredAt: time.occurredAt,
        ...(time.occurredOn !== undefined && { occurredOn: time.occurredOn, zone: time.zone! }),
        correlation: cause?.correlation ?? commandId,
        ...(cause !== undefined && { causation: cause.event }),
        visibility: visibilityOf(made),
        ...(late && { late: true as const }),
        ...(corrects !== undefined && { corrects: corrects.ids }),
        ...(answers !== undefined && { answers }),
        ...(imported !== undefined && { import: imported }),
        ...(kids.length > 0 && { subjects: kids }),
      }
      const event = { id, type: made.type, metadata: canonical(metadata), data: canonical(data) }
      if (Buffer.byteLength(event.metadata) + Buffer.byteLength(event.data) > limits.eventBytes)
        throw new Refusal('too-large', platformCodes['too-large'])
      events.push(event)
    }
    return events
  }

  async #scope(
    decision: AnyDecision,
    input: Record<string, unknown>,
    id: string,
    ask: (asked: Asked<unknown>) => Promise<unknown>,
  ): Promise<ScopeIds> {
    const { scope } = decision.stream
    if (scope.level === 'tenant') return {}
    if (scope.level === 'client') return { client: id }
    if (scope.fact === undefined) return { engagement: id, client: input['client'] as string }
    const engagement = input['engagement'] as string
    const { client } = (await ask({ fact: scope.fact, id: engagement, asOf: 'now' })) as { client?: string }
    return { engagement, ...(client !== undefined && { client }) }
  }

  async #figures(tenant: string, engagement: string | undefined, wanted: Wanted, now: string): Promise<Figures> {
    const ask = this.#deps.figures
    if (ask === undefined || engagement === undefined) throw new Unavailable('Nobody answers figures here.')
    return ask(tenant, engagement, wanted, now)
  }

  async #isLate(command: Command, occurred: Occurred, now: Temporal.Instant): Promise<boolean> {
    // Only people back-date: the clock and reactions act at the instant of what they answer, whenever they get to it.
    if (command.import !== undefined || command.occurred === undefined || command.actor.kind !== 'person') return false
    const days = (await this.#deps.lateAfterDays?.(command.tenant)) ?? 7
    return isBefore(occurred, at(now.subtract({ hours: 24 * days })))
  }

  async #destroyAfter(tenant: string, kind: string, id: string): Promise<void> {
    for (const stored of await this.#deps.store.read(streamName(kind, tenant, id)))
      if (this.#deps.registry.eventOf(kind, stored.type).destroysKey)
        await this.#deps.keys.destroy(tenant, kidOf(kind, id), stored.recordedAt)
  }
}

interface ScopeIds {
  readonly client?: string
  readonly engagement?: string
}

const placeOf = (command: Command, id: string, scope: ScopeIds): Place => ({
  tenant: command.tenant,
  kind: command.stream,
  id,
  engagement: scope.engagement,
})

function checkedData(decision: AnyDecision, made: New<string, unknown>): Doc {
  const checked = made.event.plain.safeParse(made.data)
  if (checked.success) return checked.data as Doc
  throw new RapportError('defect', `${decision.name} made a ${made.type} that does not fit its schema.`, {
    errors: issuesOf(checked.error),
  })
}

/** An event that cannot be told is not stored, so that no relay meets poison of ours. */
function checkPublished(decision: AnyDecision, made: New<string, unknown>, data: Json): void {
  for (const { contract, data: told } of made.event.publish(data as never)) {
    const checked = contract.stored.safeParse(told)
    if (!checked.success)
      throw new RapportError(
        'defect',
        `${decision.name}: ${made.type} publishes a ${contract.type} that does not fit its contract.`,
        { errors: issuesOf(checked.error) },
      )
  }
}

function visibilityOf(made: New<string, unknown>): Visibility {
  const visibility = made.options.visibility ?? made.event.visibility
  if (visibility === 'command')
    throw new RapportError('defect', `${made.type} leaves its visibility to the command, which gave none.`)
  return visibility
}
