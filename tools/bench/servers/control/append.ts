import { EventStoreDBClient, jsonEvent, NO_STREAM, type JSONType } from '@eventstore/db-client'
import type { NewEvent } from '@rapport/events'

type Fields = Record<string, JSONType>
/** An event as the client takes it; it makes JSON of the two values itself. */
const given = ({ id, type, data, metadata }: NewEvent) =>
  jsonEvent({ id, type, data: JSON.parse(data) as Fields, metadata: JSON.parse(metadata) as Fields })
export type Given = ReturnType<typeof given>
export const givenTo = (events: readonly NewEvent[]): readonly Given[] => events.map(given)

/** Bare @eventstore/db-client: `callers` at a time, each waiting for its answer before it appends its next event. */
export class BareAppends {
  readonly #client: EventStoreDBClient
  constructor(url: string) {
    this.#client = EventStoreDBClient.connectionString(url)
  }

  /** `place` says for each caller which stream comes next and the revision that it must be at; -1 for a new one. */
  async run(
    events: readonly Given[],
    callers: number,
    place: (caller: number) => { readonly stream: string; revision: number },
  ): Promise<void> {
    const call = async (caller: number): Promise<void> => {
      for (let n = caller; n < events.length; n += callers) {
        const at = place(caller)
        const expectedRevision = at.revision < 0 ? NO_STREAM : BigInt(at.revision)
        const { nextExpectedRevision } = await this.#client.appendToStream(at.stream, events[n]!, { expectedRevision })
        at.revision = Number(nextExpectedRevision)
      }
    }
    await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  }

  close(): Promise<void> {
    return this.#client.dispose()
  }
}
