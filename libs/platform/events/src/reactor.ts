import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeadLetters, keep, type DeadLetter, type Dropped } from './dead-letters.ts'
import { RapportError, Refusal } from './errors.ts'
import type { Handle } from './handle.ts'
import { HeardBefore } from './heard-before.ts'
import { claimedType, keepHearing, valueOf, type Hearing } from './hearing.ts'
import type { KeyRing } from './key-ring.ts'
import { ceType } from './messages.ts'
import { isOutage } from './outage.ts'
import { HOUSE, type Message, type Messages, type Ops } from './ports.ts'
import type { Heard, Reaction, Reply } from './reaction.ts'
import { commandOf } from './replying.ts'

/** What a retry came to. */
export interface Retried {
  readonly released: number
  /** Why the first that is left failed again. */
  readonly failed?: string
}

/** What a reaction asked for and a decision refused. */
export interface RefusedReply {
  readonly reaction: string
  readonly tenant: string
  readonly engagement?: string
  readonly event: string
  readonly type: string
  /** `<stream>/<decision>` */
  readonly decision: string
  readonly code: string
  readonly words: string
}

export interface ReactorDeps {
  readonly messages: Messages
  readonly handle: Pick<Handle, 'handle'>
  readonly keys: KeyRing
  readonly ops: Ops
  readonly reactions: readonly Reaction[]
  /** Tries of an error that is neither a refusal nor an outage before its message becomes a dead letter; default 5. */
  readonly tries?: number
  /** Milliseconds before the first repeat; it doubles up to a minute. */
  readonly pause?: number
  /** Told once of each thing that keeps a reaction from hearing or from acting. */
  readonly onTrouble?: (reaction: string, error: unknown) => void
}

const afterEffect = channel('rapport.crash.after-effect')

/**
 * Runs the reactions of a process over the Messages port: refused, retried, or set aside as a dead letter (contracts.md §6).
 * `start` hears by itself; elsewhere a transport drives {@link Reactor.hearings}.
 */
export class Reactor {
  readonly #deps: ReactorDeps
  readonly #letters: DeadLetters
  readonly #heardBefore: HeardBefore
  readonly #stop = new AbortController()
  /** What each reaction was last kept up by. */
  readonly #troubles = new Map<string, string>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(deps: ReactorDeps) {
    this.#deps = deps
    this.#letters = new DeadLetters(deps.ops)
    this.#heardBefore = new HeardBefore(deps.ops)
  }

  /** One for each reaction. What is heard when {@link Reactor.stop} was called rejects where it would wait. */
  hearings(): readonly Hearing[] {
    return this.#deps.reactions.map((reaction) => ({
      group: `reaction:${reaction.name}`,
      streams: [...new Set(reaction.on.map(({ stream }) => stream))],
      from: reaction.from,
      types: reaction.on.map(ceType),
      hear: (message) => this.#hear(reaction, message),
    }))
  }

  async start(): Promise<void> {
    const { messages, reactions } = this.#deps
    const running = this.hearings().map((hearing, n) =>
      keepHearing(messages, hearing, {
        signal: this.#stop.signal,
        pause: this.#pause,
        onTrouble: (error) => this.#report(reactions[n]!.name, error),
      }),
    )
    this.#running = Promise.allSettled(running)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async letters(): Promise<readonly (DeadLetter & { readonly name: string })[]> {
    return (await this.#letters.all()).map(({ name, letter }) => ({ name, ...letter }))
  }

  /** The refused replies of a tenant, by reaction and event. */
  async refused(tenant: string): Promise<readonly RefusedReply[]> {
    const all = await this.#deps.ops.list(HOUSE, 'refused/')
    return all.map(({ value }) => value as unknown as RefusedReply).filter((reply) => reply.tenant === tenant)
  }

  /** Handles the dead letters of one key again, in order, until one fails again: it says why. An outage is thrown. */
  async retry(reaction: string, key: string): Promise<Retried> {
    const found = this.#deps.reactions.find((r) => r.name === reaction)
    let released = 0
    for (;;) {
      // What is being set aside at this moment was heard before the block ended: it goes behind the others.
      await this.#letters.settle(reaction, key)
      const [first] = await this.#letters.of(reaction, key)
      if (first === undefined) {
        if (await this.#letters.settle(reaction, key)) continue
        return { released }
      }
      if (found === undefined) return { released, failed: 'There is no such reaction any more.' }
      try {
        await this.#react(found, first.letter.message)
      } catch (error) {
        if (waits(error)) throw error
        const failed = reasonOf(error)
        await this.#letters.failedAgain(first, failed)
        return { released, failed }
      }
      await this.#letters.release(first)
      released++
    }
  }

  /** Gives up the first dead letter of a key for a reason that is kept; what waited behind it can be retried. Answers its event. */
  async drop(reaction: string, key: string, dropped: Dropped): Promise<string | undefined> {
    const [first] = await this.#letters.of(reaction, key)
    if (first !== undefined) await this.#letters.drop(first, dropped)
    return first?.letter.event
  }

  async #hear(reaction: Reaction, message: Message): Promise<void> {
    const type = claimedType(message)
    if (!reaction.on.some((c) => c.stream === message.stream && c.type === type)) return
    for (let failures = 0, pause = this.#pause; ; pause = Math.min(2 * pause, 60_000)) {
      try {
        await this.#handle(reaction, message)
        this.#troubles.delete(reaction.name)
        return
      } catch (error) {
        // An outage is retried for ever and never counts.
        if (waits(error)) this.#report(reaction.name, error)
        else if (++failures === (this.#deps.tries ?? 5) || isInvalid(error))
          return this.#setAside(reaction, message, reasonOf(error))
        await sleep(pause, undefined, { signal: this.#stop.signal })
      }
    }
  }

  async #handle(reaction: Reaction, message: Message): Promise<void> {
    const { imported, position } = valueOf(message)
    if (imported === true && reaction.onImported === 'no') return
    if (await this.#heardBefore.has(reaction.name, position)) return
    const [first] = await this.#letters.of(reaction.name, message.key)
    if (first !== undefined) return this.#setAside(reaction, message, 'It waits behind an earlier one of its key.')
    return this.#react(reaction, message)
  }

  async #setAside(reaction: Reaction, message: Message, reason: string): Promise<void> {
    const { id, position, tenant, type } = JSON.parse(message.value) as { readonly [name: string]: unknown }
    const text = (given: unknown, otherwise = ''): string => (typeof given === 'string' ? given : otherwise)
    const letter: DeadLetter = {
      reaction: reaction.name,
      tenant: text(tenant),
      key: message.key,
      event: text(id, message.headers['ce_id']),
      type: text(type),
      reason,
      message,
    }
    await this.#letters.setAside(letter, text(position))
  }

  async #react(reaction: Reaction, message: Message): Promise<void> {
    const value = valueOf(message)
    const { tenant } = value
    const heard = { ...value, data: await this.#deps.keys.open(tenant, value.data) } as unknown as Heard
    const replies = (reaction.react as (event: Heard) => readonly Reply[])(heard)
    for (const [n, reply] of replies.entries()) {
      const command = commandOf(reaction, value, reply, n)
      try {
        await this.#deps.handle.handle(command)
      } catch (error) {
        // Others kept changing the stream: nothing was decided, so nothing was refused.
        if (!(error instanceof Refusal) || error.code === 'conflict') throw error
        // A refusal is an outcome: kept for the project manager to see, and nothing waits for it.
        await keep(this.#deps.ops, `refused/${reaction.name}/${value.id}/${n}`, {
          reaction: reaction.name,
          tenant,
          ...(value.engagement !== undefined && { engagement: value.engagement }),
          event: value.id,
          type: value.type,
          decision: `${command.stream}/${command.decision}`,
          code: error.code,
          words: error.message,
        })
      }
    }
    if (replies.length > 0) afterEffect.publish({})
  }

  #report(reaction: string, error: unknown): void {
    const words = reasonOf(error)
    if (this.#troubles.get(reaction) !== words) this.#deps.onTrouble?.(reaction, error)
    this.#troubles.set(reaction, words)
  }

  get #pause(): number {
    return this.#deps.pause ?? 250
  }
}

/** A reaction also waits for a stream that others keep changing. */
const waits = (error: unknown): boolean => isOutage(error) || (error instanceof Refusal && error.code === 'conflict')
/** Trying again cannot make it another message. */
const isInvalid = (error: unknown): boolean => error instanceof RapportError && error.code === 'invalid-message'
const reasonOf = (error: unknown): string =>
  error instanceof RapportError ? `${error.code}: ${error.message}` : `${(error as Error).name}`
