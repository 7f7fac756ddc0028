import { streamName } from '@rapport/events'
import type { Metadata, Opening, Outcome } from '@rapport/events'
import type { RowFacts } from './facts.ts'
import { rehearsal } from './house.ts'
import type { OpenHouse } from './house.ts'
import type { ImportRun } from './log.ts'
import type { Problem } from './records.ts'
import { problemOf, readyRow } from './row.ts'
import type { Origin, ReadyFact, ReadyRow } from './row.ts'

/** What became of a row that was not rejected. */
export interface Recorded {
  /** Events that this run added. */
  readonly added: number
  /** An earlier run of the same import recorded some of it, and no row before this one counted that. */
  readonly earlier: boolean
}
export type Result = Problem | Recorded

const nameOf = ({ key, client }: Opening): string => JSON.stringify([key, client])

/**
 * Takes rows, many at a time. Rows that share a key follow one another; and whatever opens an engagement or is told to the import's
 * own stream happens in the order of the file, so that two runs of the same file record the same.
 */
export class Rows {
  /** Events that this run added to begin, and to open engagements. */
  opened = 0
  readonly #house: OpenHouse
  readonly #origin: Origin
  readonly #run: ImportRun
  /** Engagements that stand, by the key of their opening and its client. */
  readonly #engagements = new Map<string, string>()
  readonly #announced = new Set<string>()
  readonly #byKey = new Map<string, Promise<unknown>>()
  /** Facts that this import has counted; kept only where an earlier run may have recorded them. */
  readonly #counted = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(house: OpenHouse, origin: Origin, run: ImportRun) {
    this.#house = house
    this.#origin = origin
    this.#run = run
  }

  take(row: RowFacts): Promise<Result> {
    // Also a fact with a key of its own, which several rows tell, is recorded by the first of them.
    const keys = new Set(
      [row.key, ...row.facts.flatMap((f) => (f.mapping.key ? [f.key] : []))].map((k) => JSON.stringify(k)),
    )
    const before = [...keys].flatMap((key) => this.#byKey.get(key) ?? [])
    const turn = this.#turn
    const passed = Promise.withResolvers<void>()
    // Also a row that fails early waits its turn before it gives it away.
    this.#turn = turn.then(() => passed.promise)
    const work = this.#work(row, Promise.allSettled(before), turn, passed.resolve).finally(passed.resolve)
    for (const key of keys) this.#byKey.set(key, work)
    const forget = (): void => {
      for (const key of keys) if (this.#byKey.get(key) === work) this.#byKey.delete(key)
    }
    work.then(forget, forget)
    return work
  }

  async #work(row: RowFacts, sameKeys: Promise<unknown>, turn: Promise<unknown>, pass: () => void): Promise<Result> {
    await sameKeys
    try {
      const { opening } = row
      let engagement = opening && this.#engagements.get(nameOf(opening))
      let ready =
        opening === undefined || engagement !== undefined ? await this.#ready(this.#house, row, engagement) : undefined
      await turn
      if (ready === undefined) {
        engagement = await this.#engagementOf(row, opening!)
        if (engagement === undefined) return { added: 0, earlier: false }
        ready = await this.#ready(this.#house, row, engagement)
      }
      if (ready.adds) await this.#begin(engagement)
      pass()
      const earlier = await this.#earlier(ready.facts)
      return { added: await ready.append(), earlier }
    } catch (error) {
      return problemOf(error)
    }
  }

  #ready(house: OpenHouse, row: RowFacts, engagement: string | undefined): Promise<ReadyRow> {
    return readyRow(house, this.#origin, row, engagement)
  }

  /** Opens the row's engagement, but only for a row that is not refused and adds something: it is tried first where nothing is recorded. */
  async #engagementOf(row: RowFacts, opening: Opening): Promise<string | undefined> {
    const known = this.#engagements.get(nameOf(opening))
    if (known !== undefined) return known
    const trial = rehearsal(this.#house)
    let engagement = await this.#run.standing(trial, opening)
    if (engagement === undefined) {
      const tried = await this.#run.open(trial, opening)
      if (!(await this.#ready(trial, row, tried.engagement)).adds) return undefined
      await this.#run.begin()
      const { added, ...made } = await this.#run.open(this.#house, opening)
      this.opened += added
      engagement = made.engagement
    }
    this.#engagements.set(nameOf(opening), engagement)
    return engagement
  }

  async #begin(engagement: string | undefined): Promise<void> {
    await this.#run.begin()
    if (engagement === undefined || this.#announced.has(engagement)) return
    this.opened += await this.#run.add(engagement)
    this.#announced.add(engagement)
  }

  /** True where an earlier run of this import recorded some of it and no row before this one counted that. */
  async #earlier(ready: readonly ReadyFact[]): Promise<boolean> {
    let found = false
    if (this.#run.resumed)
      for (const fact of ready) {
        const commandId = this.#house.handle.commandId(fact.command)
        if (this.#counted.has(commandId)) continue
        this.#counted.add(commandId)
        if (fact.found.kind === 'done' && (await this.#isOurs(fact.command.stream, fact.found.outcome))) found = true
      }
    return found
  }

  async #isOurs(stream: string, outcome: Outcome): Promise<boolean> {
    if (!outcome.replayed) return false
    const [last] = await this.#house.store.read(streamName(stream, this.#origin.commands.tenant, outcome.id), {
      from: outcome.revision,
      limit: 1,
    })
    return (JSON.parse(last!.metadata) as Metadata).import?.batch === this.#origin.batch
  }
}
