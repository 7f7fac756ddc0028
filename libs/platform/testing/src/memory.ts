import { randomUUID } from 'node:crypto'
import { MemoryDocuments, MemoryEventStore, MemoryKeys, MemoryMessages, MemoryOps } from '@rapport/events'
import type { Message, Messages } from '@rapport/events'
import type { Create, Opened } from './contracts/suite.ts'
import type { DocumentsHandle } from './contracts/documents/world.ts'
import type { EventStoreHandle } from './contracts/event-store/world.ts'
import type { KeysHandle } from './contracts/keys.ts'
import type { MessagesHandle, Told } from './contracts/messages.ts'
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

export const openMemoryMessages: Create<MessagesHandle> = async () => {
  const port = new MemoryMessages()
  return publishing(port, () => new MemoryMessages({ data: port.data }))
}

/** An adapter whose messages come through its own `publish`. */
export function publishing(port: Messages, next: () => Messages): MessagesHandle {
  const streams = ['alpha.thing', 'beta.thing'] as const
  const message = ({ stream, key }: Told): Message => ({
    stream: streams[stream],
    key,
    headers: { ce_id: randomUUID() },
    value: '{}',
  })
  const tell = async (told: readonly Told[]): Promise<readonly string[]> => {
    const messages = told.map(message)
    await port.publish(messages)
    return messages.map(({ headers }) => headers.ce_id!)
  }
  return { ...shared(port, next), streams, tell, publishes: true }
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
