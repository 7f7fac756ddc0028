import { Refusal, streamName } from '@rapport/events'
import type { Command, Doc, ImportLog, Json, Opening, Outcome, Prepared } from '@rapport/events'
import type { Commands, OpenHouse } from './house.ts'

/** What became of the rows of a file. */
export interface Counts {
  readonly rows: number
  readonly recorded: number
  readonly unchanged: number
  readonly rejected: number
}

/** The import as it is recorded itself: begun before its first fact, and the engagements that it opens. */
export class ImportRun {
  /** Id of the event that began it; every fact names it. */
  readonly batch: string
  /** It was begun by an earlier run that did not end. */
  readonly resumed: boolean
  readonly #house: OpenHouse
  readonly #commands: Commands
  readonly #log: ImportLog
  readonly #id: string
  #begin: Prepared | undefined

  private constructor(
    house: OpenHouse,
    commands: Commands,
    log: ImportLog,
    id: string,
    batch: string,
    begin: Prepared | undefined,
  ) {
    this.#house = house
    this.#commands = commands
    this.#log = log
    this.#id = id
    this.batch = batch
    this.resumed = begin === undefined
    this.#begin = begin
  }

  /** The open import of this mapping, or a new one, of which nothing is recorded yet. */
  static async of(house: OpenHouse, commands: Commands, log: ImportLog, mapping: string): Promise<ImportRun> {
    const body = { mapping, source: commands.source }
    for (let n = 1; ; n++) {
      const found = await house.handle.prepare(
        commands.command(log.start, ['run', mapping, String(n)], body, { received: { n } }),
      )
      if (found.kind === 'prepared') return new ImportRun(house, commands, log, found.id, found.events[0]!.id, found)
      const folded = (await house.handle.folds.state(log.stream.name, commands.tenant, found.outcome.id))!
      if (log.stream.released?.(folded.state) !== true)
        return new ImportRun(house, commands, log, found.outcome.id, folded.first.id, undefined)
    }
  }

  /** True when there is something to complete. */
  get begun(): boolean {
    return this.#begin === undefined
  }

  /** Records that the import began, once, before the first thing that it adds. */
  async begin(): Promise<void> {
    if (this.#begin === undefined) return
    await this.#house.handle.handle(this.#begin.command)
    this.#begin = undefined
  }

  async complete(counts: Counts): Promise<void> {
    const { complete } = this.#log
    await this.#house.handle.handle(
      this.#commands.command(complete, ['complete', this.#id], { ...counts }, { id: this.#id, received: {} }),
    )
  }

  /** Says that the import brings facts about an engagement, once; answers how many events that added. */
  async add(engagement: string): Promise<number> {
    const { addEngagement } = this.#log
    const command = this.#commands.command(
      addEngagement,
      ['add', this.#id, engagement],
      { engagement },
      { id: this.#id },
    )
    return added(await this.#house.handle.handle(command))
  }

  /** Takes the steps that open an engagement; those taken before stand. */
  async open(house: OpenHouse, opening: Opening): Promise<{ readonly engagement: string; readonly added: number }> {
    let events = 0
    const ids = await this.#steps(house, opening, async (command) => {
      const outcome = await house.handle.handle(command)
      events += added(outcome)
      return outcome.id
    })
    return { engagement: ids!['engagement']!, added: events }
  }

  /** The engagement, where every step was taken before; nothing is recorded. */
  async standing(house: OpenHouse, opening: Opening): Promise<string | undefined> {
    const ids = await this.#steps(house, opening, async (command) => {
      const found = await house.handle.prepare(command)
      return found.kind === 'done' ? found.outcome.id : undefined
    })
    return ids?.['engagement']
  }

  async #steps(
    house: OpenHouse,
    opening: Opening,
    take: (command: Command) => Promise<string | undefined>,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    const ids: Record<string, string> = {}
    for (const step of this.#log.opening) {
      const key = step.key(opening)
      if (key === undefined) continue
      const reference = step.name === 'engagement' ? opening.reference : undefined
      const command = this.#commands.command(
        step.decision,
        ['open', step.name, key],
        step.command(opening, ids) as Json,
        {
          // Their key is their content: a later file that says the rest in other words opens nothing anew.
          received: {},
          occurred: opening.start,
          import: { batch: this.batch, source: this.#commands.source, ...(reference !== undefined && { reference }) },
        },
      )
      const id = await take(command).catch(standingInstead)
      if (id === undefined) return undefined
      ids[step.name] = id
      if (step.name === 'engagement') await this.#sameClient(house, opening, command, id, ids['client'])
    }
    return ids
  }

  /** Refuses an opening whose engagement stands for another client: what its row says is not filed under that one. */
  async #sameClient(
    house: OpenHouse,
    { client }: Opening,
    { stream, body }: Command,
    engagement: string,
    id: string | undefined,
  ): Promise<void> {
    const first = async (kind: string, id: string): Promise<Doc> => {
      const [event] = await house.store.read(streamName(kind, this.#commands.tenant, id), { from: 0, limit: 1 })
      return house.ring.open(this.#commands.tenant, JSON.parse(event!.data) as Doc) as Promise<Doc>
    }
    const member = Object.entries(body as Doc).find(([, value]) => value === id)?.[0]
    if (id === undefined || member === undefined) return
    const standing = (await first(stream, engagement))[member]
    if (typeof standing !== 'string' || standing === id) return
    const kind = this.#log.opening.find((step) => step.name === 'client')!.decision.stream.name
    const { name } = await first(kind, standing)
    throw new Refusal(
      'engagement-differs',
      `The row is of the client ${JSON.stringify(client)}, but its engagement is one of the client ${JSON.stringify(name)}: the key of the engagement does not tell them apart.`,
    )
  }
}

const added = (outcome: Outcome): number => (outcome.replayed ? 0 : outcome.events)

/** Somebody registered the same before, in another way: the refusal says which one stands. */
function standingInstead(error: unknown): string {
  const id = error instanceof Refusal && error.code === 'already-registered' ? error.detail['id'] : undefined
  if (typeof id !== 'string') throw error
  return id
}
