import type { EventStore, Follow, NewEvent, Page, StoredEvent } from '@rapport/events'
import type { EventStoreHandle } from '../../contracts/event-store/world.ts'
import { openMemoryEventStore } from '../../memory.ts'
import { breaksOf } from '../broken.ts'

export const broken = breaksOf<EventStore, EventStoreHandle>(openMemoryEventStore)

export const headOf = async (port: EventStore, stream: string): Promise<number | 'none'> => {
  const { length } = await port.read(stream)
  return length === 0 ? 'none' : length - 1
}
export const ids = (events: readonly { readonly id: string }[]): string => events.map(({ id }) => id).join()
export const standing = async (port: EventStore, stream: string, events: readonly NewEvent[]): Promise<boolean> => {
  const stored = (await port.read(stream)).map(({ id }) => id)
  return events.length > 0 && events.every(({ id }) => stored.includes(id))
}
/** The events that are read and followed are other than those stored. */
export const showing = (port: EventStore, change: (event: StoredEvent) => StoredEvent): Partial<EventStore> => ({
  read: async (stream, options) => (await port.read(stream, options)).map(change),
  follow: (options) => paged(port, options, (page) => ({ ...page, events: page.events.map(change) })),
})
export async function* paged(
  port: EventStore,
  options: Follow,
  change: (page: Page) => Page | undefined,
): AsyncIterable<Page> {
  for await (const page of port.follow(options)) {
    const changed = change(page)
    if (changed) yield changed
  }
}
/** Before it is stored, each batch is changed. */
export const changing = (port: EventStore, change: (event: NewEvent, n: number) => NewEvent): Partial<EventStore> => ({
  append: (stream, events, expected) => port.append(stream, events.map(change), expected),
})
