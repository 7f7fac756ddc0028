import { setTimeout as sleep } from 'node:timers/promises'
import { isOutage } from './outage.ts'
import { uuidv7 } from './ids.ts'
import type { Doc, Documents, Ops } from './ports.ts'
import { HOUSE } from './ports.ts'

/** Another process moved what this one was about to move. */
export class Lost extends Error {}

/** Where a shared checkpoint is kept: both ports have a compare-and-set for it. */
export interface Backing {
  read(): Promise<{ readonly value: Doc; readonly version: string } | undefined>
  write(value: Doc, expected: 'none' | string): Promise<{ readonly version: string } | 'lost'>
}

export const inOps = (ops: Ops, name: string): Backing => ({
  async read() {
    const found = await ops.get(HOUSE, name)
    return found && { value: found.value as Doc, version: found.version }
  },
  write: (value, expected) => ops.set(HOUSE, name, value, expected),
})

export const inDocuments = (documents: Documents, name: string): Backing => ({
  read: () => documents.checkpoint(name),
  write: async (value, expected) => (await documents.write([], { name, value, expected })).checkpoint!,
})

export interface Patience {
  /** Ends every wait for an outage to be over. */
  readonly signal?: AbortSignal
  /** Milliseconds between two looks of a standby. */
  readonly every?: number | (() => number)
  /** Whether a standby is to take over whoever moves it now. */
  readonly claims?: () => boolean
  /** Milliseconds that a checkpoint may stand, while there is more to do, before a standby takes it over. */
  readonly patience?: number
}

/** What stands in the backing beside the value itself. */
interface Marks {
  readonly owner: string
  readonly released?: true
}

/**
 * A checkpoint that several processes could move and one at a time does: each move is a compare-and-set, whoever loses stands by, and takes
 * over when the owner has released it or it has stood for {@link Patience.patience} while there is more to do, outages not counted (contracts.md §5).
 */
export class SharedCheckpoint<V extends object> {
  readonly #backing: Backing
  readonly #patience: Patience
  /** A name of this process for this checkpoint: by it a write whose answer was lost is found again. */
  readonly #owner = uuidv7()
  #version: string | 'none' = 'none'
  #value: V | undefined
  #owned = false

  constructor(backing: Backing, patience: Patience = {}) {
    this.#backing = backing
    this.#patience = patience
  }

  get owned(): boolean {
    return this.#owned
  }

  /** What stands there now, whoever moves it. */
  async look(): Promise<V | undefined> {
    return (await this.#backing.read())?.value as V | undefined
  }

  /**
   * Makes this process the one that moves it; answers where it stands, which is `first` where nobody has moved it yet. {@link Lost} where
   * another was faster.
   */
  async take(first: V): Promise<V> {
    const found = await this.#backing.read()
    this.#version = found?.version ?? 'none'
    const { owner: _, released: __, ...value } = (found?.value ?? first) as Doc & Marks
    this.#value = value as V
    // Also where nothing stood: whoever is about to begin says so, for another may be, too.
    await this.#write(this.#value)
    this.#owned = true
    return this.#value
  }

  /** Moves it on. {@link Lost} where another took it over. */
  async move(value: V): Promise<void> {
    await this.#write(value)
    this.#value = value
  }

  /** Whether nobody else has taken it over. */
  async holds(): Promise<boolean> {
    return this.#owned && ((await this.#backing.read())?.version ?? 'none') === this.#version
  }

  /** Lets a standby take over at once. Does nothing where this process does not own it. */
  async release(): Promise<void> {
    if (!this.#owned || this.#value === undefined) return
    this.#owned = false
    await this.#backing.write({ ...this.#value, owner: this.#owner, released: true } as Doc, this.#version)
  }

  /**
   * Resolves when it may be taken over, or it is to end. `seen` gets what stands there at each look, and says whether there is more
   * to do than the owner has done.
   */
  async standBy(seen: (value: V | undefined) => Promise<boolean>): Promise<void> {
    this.#owned = false
    const { every = 200, patience = 5_000 } = this.#patience
    let standing: { version: string | undefined; since: number } | undefined
    while (!this.#ending) {
      try {
        const found = await this.#backing.read()
        const more = await seen(found?.value as V | undefined)
        const now = performance.now()
        if ((found?.value as Marks | undefined)?.released === true || this.#patience.claims?.() === true) return
        if (standing === undefined || standing.version !== found?.version || !more)
          standing = { version: found?.version, since: now }
        else if (now - standing.since >= patience) return
      } catch (error) {
        if (!isOutage(error)) throw error
        // What this one cannot reach the owner may not reach either: it is given its time anew.
        standing = undefined
      }
      await this.#sleep(typeof every === 'number' ? every : every())
    }
  }

  async #write(value: V): Promise<void> {
    const marked = { ...value, owner: this.#owner, write: uuidv7() } as unknown as Doc
    for (let pause = 100; ; pause = Math.min(2 * pause, 5_000)) {
      const written = await this.#backing.write(marked, this.#version).catch((error: unknown) => {
        if (!isOutage(error) || this.#ending) throw error
        return error as Error
      })
      if (written !== 'lost' && !(written instanceof Error)) {
        this.#version = written.version
        return
      }
      // Lost to another, or to a write of its own whose answer was lost: what stands there says which.
      if (await this.#stands(marked, pause)) return
      if (written === 'lost') {
        this.#owned = false
        throw new Lost()
      }
    }
  }

  /** Whether exactly this write stands. Waits for an outage to end. */
  async #stands(marked: Doc, pause: number): Promise<boolean> {
    for (;;) {
      await this.#sleep(pause)
      try {
        const found = await this.#backing.read()
        if (found?.value['write'] !== marked['write']) return false
        this.#version = found!.version
        return true
      } catch (error) {
        if (!isOutage(error) || this.#ending) throw error
      }
    }
  }

  get #ending(): boolean {
    return this.#patience.signal?.aborted === true
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, this.#patience.signal && { signal: this.#patience.signal }).catch(() => {})
  }
}
