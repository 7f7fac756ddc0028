import { MemoryDocuments, MemoryEventStore, MemoryKeys, MemoryOps } from '@rapport/events'
import type { Create, Opened } from './contracts/suite.ts'
import type { DocumentsHandle } from './contracts/documents/world.ts'
import type { EventStoreHandle } from './contracts/event-store/world.ts'
import type { KeysHandle } from './contracts/keys.ts'
import type { OpsHandle } from './contracts/ops.ts'

/** A memory event store for the suites: a restart is another instance on the same log. */
export const openMemoryEventStore: Create<EventStoreHandle> = async (options) => {
  const port = new MemoryEventStore(options)
  const { log } = port
  return {
    ...shared(port, () => new MemoryEventStore({ ...options, log })),
    durable: async (stream) => (log.streams.get(stream) ?? []).map(({ id }) => id),
    jump: async (above) => {
      log.last = above
    },
  }
}

export const openMemoryDocuments: Create<DocumentsHandle> = async () => {
  const port = new MemoryDocuments()
  return shared(port, () => new MemoryDocuments({ data: port.data }))
}

export const openMemoryOps: Create<OpsHandle> = async () => {
  const port = new MemoryOps()
  return shared(port, () => new MemoryOps({ data: port.data }))
}

export const openMemoryKeys: Create<KeysHandle> = async () => {
  const port = new MemoryKeys()
  return shared(port, () => new MemoryKeys({ data: port.data }))
}

/** Instances on the data of the first one. */
function shared<P extends { close(): Promise<void> }>(port: P, next: () => P): Opened<P> {
  return {
    port,
    another: async () => next(),
    reopen: async () => {
      await port.close()
      return next()
    },
    dispose: () => port.close(),
  }
}
