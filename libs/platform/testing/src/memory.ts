import { MemoryEventStore } from '@rapport/events'
import type { Create } from './contracts/suite.ts'
import type { EventStoreHandle } from './contracts/event-store/world.ts'

/** A memory event store for the suites: a restart is another instance on the same log. */
export const openMemoryEventStore: Create<EventStoreHandle> = async (options) => {
  const port = new MemoryEventStore(options)
  const { log } = port
  const another = async (): Promise<MemoryEventStore> => new MemoryEventStore({ ...options, log })
  return {
    port,
    another,
    reopen: async () => {
      await port.close()
      return another()
    },
    durable: async (stream) => (log.streams.get(stream) ?? []).map(({ id }) => id),
    jump: async (above) => {
      log.last = above
    },
    dispose: () => port.close(),
  }
}
