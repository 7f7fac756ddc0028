import { randomUUID } from 'node:crypto'
import { expect } from '@jest/globals'
import type { EventStore } from '@rapport/events'
import type { CreateOptions, EventStoreHandle, Skip } from '@rapport/testing'
import { openEventStoreDb } from './index.ts'

/** Adapters on one server: a restart and a second instance are further clients of it. */
export const opening =
  (url: () => string, more: Partial<EventStoreHandle> = {}) =>
  async (_: CreateOptions): Promise<EventStoreHandle> => {
    const opened: EventStore[] = []
    const open = (): EventStore => {
      const store = openEventStoreDb({ url: url() })
      opened.push(store)
      return store
    }
    return {
      port: open(),
      another: async () => open(),
      reopen: async () => {
        await opened[0]!.close()
        return open()
      },
      dispose: async () => {
        for (const store of opened) await store.close()
      },
      ...more,
    }
  }

export const happened = (data = '{}') => ({ id: randomUUID(), type: 'Happened', metadata: '{}', data })
export const aStream = (context = 'suite'): string => `${context}.thing-t01~${randomUUID()}`

/** The clock of `create` is not the server's: the server says when it recorded an event, whatever the caller thinks. */
export const serverTime = (create: (options: CreateOptions) => Promise<EventStoreHandle>): Skip => ({
  sentence: '§4 recordedAt is max(now, last): a clock that goes back does not take it along',
  reason: "recordedAt is the server's, and the log (§7) makes it rise",
  because: async () => {
    const handle = await create({ now: () => 0 })
    const stream = aStream()
    await handle.port.append(stream, [happened()], 'none')
    const [stored] = await handle.port.read(stream)
    await handle.dispose()
    expect(stored!.recordedAt > '2020').toBe(true)
  },
})
