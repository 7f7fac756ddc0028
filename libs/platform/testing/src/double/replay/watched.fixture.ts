import { setTimeout as pause } from 'node:timers/promises'
import { START, streamNameFilter } from '@eventstore/db-client'
import type { EventStoreDBClient, Position } from '@eventstore/db-client'
import { errorShape, plain } from './shape.fixture.ts'

export type Traced = [what: string, ...unknown[]]
export interface Watch {
  readonly checkpointInterval?: number
  readonly maxSearchWindow?: number
}

/** A filtered subscription and what it said, in the records' form: neighbouring events as one `data*` with first and last revision and position. */
export class Watched {
  readonly trace: Traced[] = []
  readonly checkpoints: Position[] = []
  readonly ids: string[] = []
  readonly #subscription: ReturnType<EventStoreDBClient['subscribeToAll']>

  constructor(client: EventStoreDBClient, prefix: string, from: Position | typeof START, watch: Watch = {}) {
    const checkpointReached = async (_: unknown, position: Position): Promise<void> => {
      this.checkpoints.push(position)
      this.#say('checkpoint', plain(position))
    }
    const filter = streamNameFilter({ prefixes: [prefix], checkpointInterval: 1, ...watch, checkpointReached })
    this.#subscription = client.subscribeToAll({ fromPosition: from, filter })
    for (const name of ['confirmation', 'caughtUp'] as const) {
      this.#subscription.on(name as 'confirmation', () => this.#say(name, null))
    }
    this.#subscription.on('error', (error) => this.#say('error', errorShape(error)))
    this.#subscription.on('data', ({ event: one }) => {
      this.ids.push(one!.id)
      const last = this.trace.at(-1)
      const [revision, position] = [plain(one!.revision), plain(one!.position)]
      if (last?.[0] === 'data*') this.trace.splice(-1, 1, ['data*', Number(last[1]) + 1, last[2], revision, position])
      else this.#say('data*', 1, revision, revision, position)
    })
  }

  #say(...what: Traced): void {
    this.trace.push(what)
  }

  /** The trace once it holds this, and is quiet. */
  async until(what: string, times = 1): Promise<Traced[]> {
    while (this.trace.filter(([said]) => said === what).length < times) await pause(5)
    await pause(30)
    return this.trace
  }

  on(name: string, said: () => void): void {
    this.#subscription.on(name as 'end', said)
  }

  end(): Promise<void> {
    return this.#subscription.unsubscribe()
  }
}
