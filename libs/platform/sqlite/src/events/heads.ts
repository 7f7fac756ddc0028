/** Where a stream stands: its number in the file and the revision of its last event, -1 for none. */
export interface Head {
  readonly stream: number
  readonly revision: number
}

/** The heads used last, at most `limit`: two generations, so that a hit costs one look-up and no reordering. */
export class Heads {
  readonly #half: number
  #young = new Map<string, Head>()
  #old = new Map<string, Head>()

  constructor(limit: number) {
    this.#half = Math.max(1, limit >> 1)
  }

  get(name: string): Head | undefined {
    const young = this.#young.get(name)
    if (young !== undefined) return young
    const old = this.#old.get(name)
    if (old !== undefined) this.set(name, old)
    return old
  }

  set(name: string, head: Head): void {
    this.#young.set(name, head)
    if (this.#young.size < this.#half) return
    this.#old = this.#young
    this.#young = new Map()
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}
