import { HOUSE, type Doc, type Json, type Message, type Ops } from './ports.ts'

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

/** A letter where it lies. */
export interface Kept {
  readonly name: string
  readonly version: string
  readonly letter: DeadLetter
}

const all = 'dead-letter/'
const under = (reaction: string, key: string): string => `${all}${reaction}/${key}/`

/**
 * What could not be handled, in Ops: by reaction and key, in the order of the events. A letter that lies there blocks its key,
 * whichever process hears the next message of it: so Ops is asked, and nothing is remembered.
 */
export class DeadLetters {
  readonly #ops: Ops
  /** By reaction and key, while a letter of this process is on its way into Ops. */
  readonly #onTheWay = new Map<string, Promise<unknown>>()

  constructor(ops: Ops) {
    this.#ops = ops
  }

  all(): Promise<readonly Kept[]> {
    return this.#list(all)
  }

  of(reaction: string, key: string): Promise<readonly Kept[]> {
    return this.#list(under(reaction, key))
  }

  /** Durable when it answers; the same letter again changes nothing. */
  async setAside(letter: DeadLetter, position: string): Promise<void> {
    const { reaction, key, event } = letter
    const place = under(reaction, key)
    const kept = keep(this.#ops, `${place}${position}/${event}`, letter as unknown as Doc)
    this.#onTheWay.set(
      place,
      kept.catch(() => {}),
    )
    await kept.finally(() => this.#onTheWay.delete(place))
  }

  /** Waits for what is being set aside at this moment; false where nothing is. */
  async settle(reaction: string, key: string): Promise<boolean> {
    const underWay = this.#onTheWay.get(under(reaction, key))
    await underWay
    return underWay !== undefined
  }

  async failedAgain({ name, version, letter }: Kept, reason: string): Promise<void> {
    await this.#ops.set(HOUSE, name, { ...letter, reason } as unknown as Json, version)
  }

  async release({ name, version }: Kept): Promise<void> {
    await this.#ops.set(HOUSE, name, undefined, version)
  }

  /** Keeps the letter with the reason before it goes: a crash in between leaves both, and the next drop ends it. */
  async drop(kept: Kept, dropped: Dropped): Promise<void> {
    const record = { ...kept.letter, dropped } as unknown as Doc
    await keep(this.#ops, kept.name.replace(all, 'dropped/'), record)
    await this.release(kept)
  }

  async #list(prefix: string): Promise<readonly Kept[]> {
    const found = await this.#ops.list(HOUSE, prefix)
    return found.map(({ name, version, value }) => ({ name, version, letter: value as unknown as DeadLetter }))
  }
}

/** Writes what is not there yet. */
export async function keep(ops: Ops, name: string, value: Json): Promise<void> {
  const before = await ops.get(HOUSE, name)
  if (before === undefined) await ops.set(HOUSE, name, value, 'none')
}
