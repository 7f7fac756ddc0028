import type { ClockRule, Deadline } from './clock.ts'
import type { Acting } from './decision.ts'
import { RapportError, Refusal } from './errors.ts'
import { foldingName } from './folding.ts'
import type { Handle } from './handle.ts'
import { uuidv8 } from './ids.ts'
import { isOutage } from './outage.ts'
import type { Documents, EventStore } from './ports.ts'
import type { Projection } from './projection.ts'
import { instantText } from './time.ts'

export interface ClockDeps {
  readonly store: EventStore
  readonly documents: Documents
  readonly projection: Pick<Projection, 'collection' | 'waitFor'>
  readonly handle: Pick<Handle, 'handle'>
  readonly clock: () => Temporal.Instant
  /** The rules of each context; within one they are judged in the order of their due instants. */
  readonly contexts: readonly (readonly ClockRule[])[]
  readonly tenants: () => Promise<readonly string[]>
  /** Engagements that the clock leaves alone for now: an import brings facts about them. */
  readonly held: (tenant: string) => Promise<ReadonlySet<string>>
  /** How long after its due instant a deadline is judged; at least five minutes, so that a fact that is on its way comes first. */
  readonly grace?: Temporal.Duration
  /** A deadline whose decision refused, or failed for good, for somebody to look at. */
  readonly onRefused?: (rule: string, deadline: Deadline, code: string) => void
  /** Told of each thing that ends a tick before its time, once until a tick ends well; the next begins where this one stood. */
  readonly onTrouble?: (error: unknown) => void
}

const GRACE = Temporal.Duration.from({ minutes: 5 })
const LAG = 30_000
/** Behind every instant. */
const LATEST = '~'
const PAGE = 500

interface Waiting {
  readonly rule: ClockRule
  readonly deadline: Deadline
  readonly engagement: string | undefined
}

/**
 * Judges deadlines: only when its models have read to the head that stood after due and grace, in due order, at the due instant, each once
 * by its key, after a standstill as without one, and however many of it run.
 */
export class ClockRole {
  readonly #deps: ClockDeps
  readonly #stop = new AbortController()
  /** Deadlines whose decision refused or recorded nothing, so that they are not asked again and again. */
  readonly #settled = new Set<string>()
  #running: Promise<void> = Promise.resolve()

  constructor(deps: ClockDeps) {
    this.#deps = deps
  }

  /** Judges now and then every `every` milliseconds. */
  start(every = 1_000): void {
    const loop = async (): Promise<void> => {
      let trouble: string | undefined
      while (!this.#stop.signal.aborted) {
        try {
          await this.tick()
          trouble = undefined
        } catch (error) {
          const words = String(error)
          if (words !== trouble) this.#deps.onTrouble?.(error)
          trouble = words
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, every)
          this.#stop.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
        })
      }
    }
    this.#running = loop()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /** Judges whatever is due by now less the grace; answers how many deadlines were recorded. */
  async tick(): Promise<number> {
    const until = instantText(this.#deps.clock().subtract(this.#deps.grace ?? GRACE))
    let recorded = 0
    // The head is asked after the clock: what was recorded by `until` stands before it.
    if (!(await this.#deps.projection.waitFor(await this.#deps.store.head([]), LAG))) return 0
    for (const tenant of await this.#deps.tenants())
      for (const rules of this.#deps.contexts) recorded += await this.#judgeAll(tenant, rules, until)
    return recorded
  }

  /** The earliest due instant of all that is waited for, also in the future; undefined where nothing is. */
  async next(): Promise<string | undefined> {
    let next: string | undefined
    for (const tenant of await this.#deps.tenants())
      for (const rules of this.#deps.contexts) {
        const due = (await this.#first(tenant, rules, LATEST))?.deadline.due
        if (due !== undefined && (next === undefined || due < next)) next = due
      }
    return next
  }

  async #judgeAll(tenant: string, rules: readonly ClockRule[], until: string): Promise<number> {
    // Each at most once a tick, also where its model does not move on.
    const tried = new Set<string>()
    let recorded = 0
    while (!this.#stop.signal.aborted) {
      const first = await this.#first(tenant, rules, until, tried)
      if (first === undefined) break
      tried.add(this.#name(tenant, first.rule, first.deadline))
      if (await this.#judge(tenant, first)) recorded++
    }
    return recorded
  }

  /** The earliest deadline over the rules of one context, of those that were not tried. */
  async #first(
    tenant: string,
    rules: readonly ClockRule[],
    until: string,
    tried: ReadonlySet<string> = new Set(),
  ): Promise<Waiting | undefined> {
    const held = await this.#deps.held(tenant)
    let first: Waiting | undefined
    for (const rule of rules) {
      const collection = this.#deps.projection.collection(foldingName(rule.model, 'internal'))
      let after: { key: string; id: string } | undefined
      search: for (;;) {
        const found = await this.#deps.documents.find(tenant, collection, {
          where: [{ field: 'due', gt: '', lte: until }],
          sort: { field: 'due', direction: 'asc' },
          limit: PAGE,
          ...(after && { after }),
        })
        for (const { id, doc } of found) {
          if (first !== undefined && String(doc['due']) >= first.deadline.due) break search
          const engagement = doc['engagement'] as string | undefined
          const deadline = rule.next(doc, id)
          if (deadline === undefined || (engagement !== undefined && held.has(engagement))) continue
          const name = this.#name(tenant, rule, deadline)
          if (this.#settled.has(name) || tried.has(name)) continue
          first = { rule, deadline, engagement }
          break search
        }
        const last = found.at(-1)
        if (found.length < PAGE || last === undefined) break
        after = { key: String(last.doc['due']), id: last.id }
      }
    }
    return first
  }

  async #judge(tenant: string, { rule, deadline }: Waiting): Promise<boolean> {
    const actor: Acting = { id: uuidv8('actor', tenant, 'clock'), kind: 'clock', role: 'system' }
    const { decision, id, key, body, due } = deadline
    try {
      const outcome = await this.#deps.handle.handle({
        tenant,
        stream: decision.stream.name,
        decision: decision.name,
        id,
        body,
        key: `${rule.name}/${key}`,
        source: 'clock',
        actor,
        occurred: { occurredAt: due },
      })
      if (outcome.events === 0) this.#settled.add(this.#name(tenant, rule, deadline))
      // The next deadline may follow from what was just recorded.
      await this.#deps.projection.waitFor(outcome.position, LAG)
      return outcome.events > 0 && !outcome.replayed
    } catch (error) {
      // An outage ends the tick; the next one begins with the same deadline.
      if (isOutage(error)) throw error
      if (error instanceof Refusal && error.code === 'conflict') return false
      this.#settled.add(this.#name(tenant, rule, deadline))
      this.#deps.onRefused?.(rule.name, deadline, error instanceof RapportError ? error.code : 'defect')
      return false
    }
  }

  #name(tenant: string, rule: ClockRule, { key, due }: Deadline): string {
    return `${tenant} ${rule.name} ${key} ${due}`
  }
}
