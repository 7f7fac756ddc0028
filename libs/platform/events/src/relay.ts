import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { Corrupt, RapportError } from './errors.ts'
import { lastEvent, resumeFrom, stillHolds, type LastEvent } from './last-event.ts'
import { messagesOf } from './messages.ts'
import { START, type EventStore, type Messages, type Ops, type Page, type Position } from './ports.ts'
import type { Registry } from './registry.ts'
import { inOps, Lost, SharedCheckpoint, type Patience } from './shared-checkpoint.ts'

/** How far a context's events are told, and the last of them, to know the store again. */
export interface Told {
  readonly reached: Position
  readonly last?: LastEvent
}

export interface RelayDeps {
  readonly store: EventStore
  readonly messages: Pick<Messages, 'publish'>
  readonly ops: Ops
  readonly registry: Registry
  /** The name of the context whose events it tells. */
  readonly context: string
  /** ce_source: names the store and how often it was restored. */
  readonly source: string
  readonly patience?: Patience
  /** Milliseconds between two looks whether a relay that waits still has its checkpoint; default 1,000. */
  readonly look?: number
  /** Milliseconds before the first repeat of a publish that failed; it doubles up to 5 s. */
  readonly pause?: number
  /** Told of each outage, and once when it refuses to go on. */
  readonly onTrouble?: (error: unknown) => void
}

export type RelayState = 'standby' | 'running' | 'refused'

const afterPublish = channel('rapport.crash.between-publish-and-checkpoint')

/**
 * Tells a context's events to the broker: the store is the outbox. It follows the context's streams, publishes what they tell in their
 * order, and moves its checkpoint after the broker has acknowledged: repeats are possible, gaps and reordering within a key are not
 * (contracts.md §6). Of several for one context one runs, the others stand by.
 */
export class Relay {
  readonly #deps: RelayDeps
  readonly #stop = new AbortController()
  readonly #checkpoint: SharedCheckpoint<Told>
  readonly #prefix: string
  #state: RelayState = 'standby'
  #trouble: string | undefined
  #reached: Position = START
  /** Whether it waits for something to tell. */
  #quiet = true
  #running: Promise<void> = Promise.resolve()

  constructor(deps: RelayDeps) {
    this.#deps = deps
    this.#prefix = `${deps.context}.`
    this.#checkpoint = new SharedCheckpoint(inOps(deps.ops, `relay/${deps.context}`), {
      ...deps.patience,
      signal: this.#stop.signal,
    })
  }

  /** Where it stands; `trouble` says what it waits for or why it refused. */
  get status(): { readonly state: RelayState; readonly reached: Position; readonly trouble?: string } {
    return {
      state: this.#state,
      reached: this.#reached,
      ...(this.#trouble !== undefined && { trouble: this.#trouble }),
    }
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Ends after the batch under way, and lets a standby take over. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#checkpoint.release().catch(() => {})
  }

  async #run(): Promise<void> {
    for (let pause = this.#pause; !this.#stop.signal.aborted; pause = Math.min(2 * pause, 5_000)) {
      try {
        await this.#tell(() => (pause = this.#pause))
        return
      } catch (error) {
        this.#state = 'standby'
        if (error instanceof Lost) await this.#standBy()
        else if (error instanceof Corrupt) {
          this.#state = 'refused'
          this.#report(error)
          // Until somebody lets the checkpoint begin anew.
          await this.#checkpoint.standBy(async () => false)
        } else {
          this.#report(error)
          await this.#sleep(pause)
        }
      }
    }
  }

  async #tell(moved: () => void): Promise<void> {
    const at = await this.#checkpoint.take({ reached: START })
    this.#reached = await this.#from(at)
    this.#state = 'running'
    const ending = new AbortController()
    void this.#watch(ending)
    try {
      await this.#follow(at, AbortSignal.any([this.#stop.signal, ending.signal]), moved)
    } finally {
      ending.abort()
    }
    if (!this.#stop.signal.aborted) throw new Lost()
  }

  async #follow(at: Told, signal: AbortSignal, moved: () => void): Promise<void> {
    let last = at.last
    for await (const page of this.#deps.store.follow({ from: this.#reached, prefixes: [this.#prefix], signal })) {
      this.#quiet = false
      last = lastEvent(page.events, last)
      await this.#publish(page)
      if (this.#stop.signal.aborted) return
      if (page.position !== this.#reached) {
        await this.#checkpoint.move({ reached: page.position, ...(last && { last }) })
        this.#reached = page.position
        this.#trouble = undefined
        moved()
      }
      this.#quiet = true
    }
  }

  /**
   * Who has nothing to tell moves nothing, and would not notice that another has taken over, or that an operator let it begin anew: so it
   * looks while it waits. Where it waited before the look and after it at the same place, nothing of its own was under way.
   */
  async #watch(ending: AbortController): Promise<void> {
    this.#quiet = true
    while (!this.#stop.signal.aborted && !ending.signal.aborted) {
      await this.#sleep(this.#deps.look ?? 1_000)
      const reached = this.#reached
      if (!this.#quiet) continue
      const holds = await this.#checkpoint.holds().catch(() => true)
      if (!holds && this.#quiet && reached === this.#reached) ending.abort()
    }
  }

  /** Again and again until every message of the page is acknowledged: the same, in the same order, and nothing before them. */
  async #publish(page: Page): Promise<void> {
    const { messages, registry, source } = this.#deps
    const told = page.events.flatMap((stored) => messagesOf(registry, stored, source))
    if (told.length === 0) return
    for (let pause = this.#pause; !this.#stop.signal.aborted; pause = Math.min(2 * pause, 5_000)) {
      try {
        await messages.publish(told)
        afterPublish.publish({})
        return
      } catch (error) {
        this.#report(error)
        await this.#sleep(pause)
      }
    }
  }

  /** Where to go on. A store that was restored may lack what topics hold already: an operator decides. */
  async #from(at: Told): Promise<Position> {
    const { store, context } = this.#deps
    if (!(await stillHolds(store, at.last)))
      throw new Corrupt(
        `The relay of ${context} has told events that the store does not hold: it was restored or replaced. \`rapport relay resend ${context}\` tells everything again from the beginning, with the same ids.`,
        { context, event: at.last!.id },
      )
    return resumeFrom(store, at.reached)
  }

  async #standBy(): Promise<void> {
    await this.#checkpoint.standBy(async (told) => {
      this.#reached = told?.reached ?? START
      return (await this.#deps.store.head([this.#prefix])) > this.#reached
    })
  }

  #report(error: unknown): void {
    const words = error instanceof RapportError ? `${error.code}: ${error.message}` : (error as Error).name
    if (words !== this.#trouble) this.#deps.onTrouble?.(error)
    this.#trouble = words
  }

  get #pause(): number {
    return this.#deps.pause ?? 250
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {})
  }
}

/** Begins a context's relay again from the first event: every message goes out once more, with the id that it had. */
export async function resend(ops: Ops, context: string): Promise<void> {
  const checkpoint = new SharedCheckpoint<Told>(inOps(ops, `relay/${context}`))
  await checkpoint.take({ reached: START })
  await checkpoint.move({ reached: START })
  await checkpoint.release()
}
