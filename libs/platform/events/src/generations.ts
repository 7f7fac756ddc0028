import type { Folding } from './folding.ts'
import { HOUSE, type Documents, type Ops } from './ports.ts'

/** Which collection each folding's documents are in: a new one is built beside the old under the next number, and Ops says which is live. */
export class Generations {
  readonly #documents: Documents
  readonly #ops: Ops

  constructor(documents: Documents, ops: Ops) {
    this.#documents = documents
    this.#ops = ops
  }

  /** The collection from which a folding is served; undefined where none ever was. */
  live(folding: Folding): Promise<string | undefined> {
    return this.#read(`read-model/${folding.name}`)
  }

  /** Every live collection by the name of its folding. */
  async all(): Promise<ReadonlyMap<string, string>> {
    const found = await this.#ops.list(HOUSE, 'read-model/')
    return new Map(
      found.map(({ name, value }) => [name.slice('read-model/'.length), (value as { collection: string }).collection]),
    )
  }

  /** The collection of a first build that was cut short, to go on with. */
  begun(folding: Folding): Promise<string | undefined> {
    return this.#read(`read-model-begun/${folding.name}`)
  }

  /** An empty collection of the next generation, whose indexes come with {@link index}; what an interrupted rebuild left goes first, `live` stays. */
  async fresh(folding: Folding, live?: string): Promise<string> {
    const used = (await this.#documents.collections())
      .filter((c) => c.startsWith(`${folding.name}.g`))
      .map((c) => Number(c.slice(folding.name.length + 2)))
    for (const n of used)
      if (live !== undefined && `${folding.name}.g${n}` !== live) await this.#documents.drop(`${folding.name}.g${n}`)
    const collection = `${folding.name}.g${Math.max(0, ...used) + 1}`
    await this.declare(folding, collection)
    return collection
  }

  async begin(folding: Folding, collection: string): Promise<void> {
    await this.#write(`read-model-begun/${folding.name}`, { collection })
  }

  /** From now on the folding is served from this collection. */
  async publish(folding: Folding, collection: string): Promise<void> {
    await this.#write(`read-model/${folding.name}`, { collection })
    await this.#write(`read-model-begun/${folding.name}`, undefined)
  }

  declare(folding: Folding, collection: string): Promise<void> {
    return this.#documents.declare({ name: collection, indexes: folding.indexes }, 'later')
  }

  /** Makes the indexes of a collection that is filled now. */
  index(collection: string): Promise<void> {
    return this.#documents.index(collection)
  }

  /** Removes the collections that are not kept: older versions, and what a killed rebuild left. */
  async dropAllBut(kept: ReadonlySet<string>): Promise<void> {
    for (const collection of await this.#documents.collections())
      if (!kept.has(collection)) await this.#documents.drop(collection)
  }

  drop(collection: string): Promise<void> {
    return this.#documents.drop(collection)
  }

  async #read(name: string): Promise<string | undefined> {
    return ((await this.#ops.get(HOUSE, name))?.value as { collection: string } | undefined)?.collection
  }

  async #write(name: string, value: { readonly collection: string } | undefined): Promise<void> {
    const now = await this.#ops.get(HOUSE, name)
    if (now === undefined && value === undefined) return
    await this.#ops.set(HOUSE, name, value, now?.version ?? 'none')
  }
}
