import { setTimeout as sleep } from 'node:timers/promises'
import { channel } from 'node:diagnostics_channel'
import type { Command } from './command.ts'
import type { Acting } from './decision.ts'
import { RapportError, Refusal } from './errors.ts'
import type { Handle } from './handle.ts'
import { uuidv8 } from './ids.ts'
import type { KeyRing } from './key-ring.ts'
import { isOutage } from './outage.ts'
import { HOUSE, type Doc, type Json, type Message, type Messages, type Ops } from './ports.ts'
import type { Heard, Reaction, Reply } from './reaction.ts'

/** What a message's value repeats of its event; see `messagesOf`. */
interface Value {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly streamId: string
  readonly position: string
  readonly tenant: string
  readonly engagement?: string
  readonly occurredAt: string
  readonly occurredOn?: string
  readonly zone?: string
  readonly correlation: string
  readonly imported?: true
  readonly data: Doc
}

/** A message that could not be handled, or that waits behind one of its key. */
export interface DeadLetter {
  readonly reaction: string
  readonly tenant: string
  readonly key: string
  readonly event: string
  readonly type: string
  readonly reason: string
  /** The message itself; its personal values are sealed. */
  readonly message: Message
}

/** Why a dead letter was given up, by whom, when. */
export interface Dropped {
  readonly reason: string
  readonly by: string
  readonly at: string
}

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
}

const afterEffect = channel('rapport.crash.after-effect')

/** Runs the reactions of a process over the Messages port: refused, retried, or set aside as a dead letter (contracts.md §6). */
export class Reactor {
  readonly #deps: ReactorDeps
  readonly #stop = new AbortController()
  /** Dead letters by reaction and key: read when it starts, durable before an offset moves. */
  readonly #blocked = new Map<string, Set<string>>()
  /** By reaction and key, while a message of it is on its way into Ops. */
  readonly #settingAside = new Map<string, Promise<unknown>>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(deps: ReactorDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    for (const { name } of await this.#deps.ops.list(HOUSE, 'dead-letter/')) this.#block(name)
    this.#running = Promise.allSettled(this.#deps.reactions.map((reaction) => this.#consume(reaction)))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async letters(): Promise<readonly (DeadLetter & { readonly name: string })[]> {
    return (await this.#deps.ops.list(HOUSE, 'dead-letter/')).map(({ name, value }) => ({
      name,
      ...(value as unknown as DeadLetter),
    }))
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
      await this.#settingAside.get(`${reaction}/${key}`)
      const [first] = await this.#lettersOf(reaction, key)
      if (first === undefined) {
        if (this.#settingAside.has(`${reaction}/${key}`)) continue
        this.#blocked.delete(`${reaction}/${key}`)
        return { released }
      }
      if (found === undefined) return { released, failed: 'There is no such reaction any more.' }
      const letter = first.value as unknown as DeadLetter
      try {
        await this.#react(found, letter.message)
      } catch (error) {
        if (waits(error)) throw error
        const failed = reasonOf(error)
        await this.#deps.ops.set(HOUSE, first.name, { ...letter, reason: failed } as unknown as Json, first.version)
        return { released, failed }
      }
      await this.#release(first.name, first.version)
      released++
    }
  }

  /** Gives up the first dead letter of a key for a reason that is kept; what waited behind it can be retried. Answers its event. */
  async drop(reaction: string, key: string, dropped: Dropped): Promise<string | undefined> {
    const [first] = await this.#lettersOf(reaction, key)
    if (first === undefined) return undefined
    // Kept before it goes: a crash in between leaves both, and the next drop ends it.
    await this.#keep(first.name.replace('dead-letter/', 'dropped/'), {
      ...(first.value as Doc),
      dropped: { ...dropped },
    })
    await this.#release(first.name, first.version)
    return (first.value as unknown as DeadLetter).event
  }

  async #consume(reaction: Reaction): Promise<void> {
    const streams = [...new Set(reaction.on.map((contract) => contract.stream))]
    const group = `reaction:${reaction.name}`
    for (let pause = this.#pause; !this.#stop.signal.aborted; pause = Math.min(2 * pause, 60_000)) {
      try {
        await this.#deps.messages.consume(
          { group, streams, from: reaction.from, signal: this.#stop.signal },
          (message) => this.#hear(reaction, message),
        )
        return
      } catch {
        await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => {})
      }
    }
  }

  async #hear(reaction: Reaction, message: Message): Promise<void> {
    const value = JSON.parse(message.value) as Value
    if (!reaction.on.some((c) => c.stream === message.stream && c.type === value.type)) return
    if (value.imported === true && reaction.onImported === 'no') return
    const letter = (reason: string): DeadLetter => ({
      reaction: reaction.name,
      tenant: value.tenant,
      key: message.key,
      event: value.id,
      type: value.type,
      reason,
      message,
    })
    const name = `dead-letter/${reaction.name}/${message.key}/${value.position}/${value.id}`
    if (await this.#isBlocked(reaction.name, message.key))
      return this.#setAside(name, letter('It waits behind an earlier one of its key.'))
    for (let attempt = 1, pause = this.#pause; ; pause = Math.min(2 * pause, 60_000)) {
      try {
        return await this.#react(reaction, message)
      } catch (error) {
        // An outage is retried for ever and never counts.
        if (!waits(error) && ++attempt > (this.#deps.tries ?? 5)) return this.#setAside(name, letter(reasonOf(error)))
        await sleep(pause, undefined, { signal: this.#stop.signal })
      }
    }
  }

  async #react(reaction: Reaction, message: Message): Promise<void> {
    const value = JSON.parse(message.value) as Value
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
        await this.#keep(`refused/${reaction.name}/${value.id}/${n}`, {
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

  async #setAside(name: string, letter: DeadLetter): Promise<void> {
    const key = blockOf(name)
    this.#block(name)
    const kept = this.#keep(name, letter as unknown as Doc)
    this.#settingAside.set(
      key,
      kept.catch(() => {}),
    )
    await kept.finally(() => this.#settingAside.delete(key))
  }

  /** Another process may have released what this one set aside: where memory says blocked, Ops has the word. */
  async #isBlocked(reaction: string, key: string): Promise<boolean> {
    if (!this.#blocked.has(`${reaction}/${key}`)) return false
    if ((await this.#lettersOf(reaction, key)).length > 0) return true
    this.#blocked.delete(`${reaction}/${key}`)
    return false
  }

  async #keep(name: string, value: Json): Promise<void> {
    const before = await this.#deps.ops.get(HOUSE, name)
    if (before === undefined) await this.#deps.ops.set(HOUSE, name, value, 'none')
  }

  async #release(name: string, version: string): Promise<void> {
    if ((await this.#deps.ops.set(HOUSE, name, undefined, version)) === 'lost') return
    const letters = this.#blocked.get(blockOf(name))
    letters?.delete(name)
    if (letters?.size === 0) this.#blocked.delete(blockOf(name))
  }

  #block(name: string): void {
    const letters = this.#blocked.get(blockOf(name)) ?? new Set()
    this.#blocked.set(blockOf(name), letters.add(name))
  }

  #lettersOf(reaction: string, key: string) {
    return this.#deps.ops.list(HOUSE, `dead-letter/${reaction}/${key}/`)
  }

  get #pause(): number {
    return this.#deps.pause ?? 250
  }
}

/** `dead-letter/<reaction>/<key>/<position>/<event>` → `<reaction>/<key>` */
const blockOf = (name: string): string => name.split('/').slice(1, 3).join('/')
/** A reaction also waits for a stream that others keep changing. */
const waits = (error: unknown): boolean => isOutage(error) || (error instanceof Refusal && error.code === 'conflict')
const reasonOf = (error: unknown): string =>
  error instanceof RapportError ? `${error.code}: ${error.message}` : `${(error as Error).name}`

function commandOf(reaction: Reaction, value: Value, reply: Reply, n: number): Command {
  const id = uuidv8('actor', value.tenant, 'reaction', reaction.name)
  const actor: Acting = { id, kind: 'reaction', role: 'system' }
  const { occurredAt, occurredOn, zone } = value
  return {
    tenant: value.tenant,
    stream: reply.decision.stream.name,
    decision: reply.decision.name,
    ...(reply.id !== undefined && { id: reply.id }),
    body: reply.body,
    occurred: reply.occurred ?? { occurredAt, ...(occurredOn !== undefined && { occurredOn, zone: zone! }) },
    key: `${value.id}/${n}`,
    source: `reaction:${reaction.name}`,
    actor,
    cause: { event: value.id, correlation: value.correlation },
  }
}
