import { randomUUID } from 'node:crypto'
import type { EventStore, NewEvent, Page, Position, StoredEvent } from '@rapport/events'
import { within } from '../check.ts'
import { rival } from '../suite.ts'
import type { Opened, Terms } from '../suite.ts'

/** What an event store's spec gives to the suite. */
export interface EventStoreHandle extends Opened<EventStore> {
  /** Ids of a stream as a reader sees them who shares nothing but the durable data with the instance (a second connection or client). */
  durable?(stream: string): Promise<readonly string[]>
  /** Makes the store give positions above this number from now on. */
  jump?(above: bigint): Promise<void>
}

/** A context's name that no other case uses, so that cases can share a server. */
export const area = (): string => `suite${letters().slice(0, 12)}`
const letters = (): string =>
  randomUUID()
    .replace(/-/g, '')
    .replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!)

export const streamIn = (context: string, kind = 'thing'): string => `${context}.${kind}-t01~${randomUUID()}`
export const event = (over: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'Happened',
  metadata: '{"tenant":"t01"}',
  data: '{"n":1}',
  ...over,
})
export const events = (count: number): NewEvent[] => Array.from({ length: count }, () => event())
export const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id)
export const eventsOf = (pages: readonly Page[]): StoredEvent[] => pages.flatMap((page) => page.events)

/** The pages of `follow` until there are enough of them; then the signal aborts. */
export async function pagesUntil(
  store: EventStore,
  where: { readonly from: Position; readonly prefixes: readonly string[] },
  enough: (pages: readonly Page[]) => boolean,
  { patience }: Terms,
  each: () => Promise<void> = async () => {},
): Promise<readonly Page[]> {
  const pages: Page[] = []
  const stop = new AbortController()
  const reading = (async () => {
    for await (const page of store.follow({ ...where, signal: stop.signal })) {
      pages.push(page)
      if (enough(pages)) break
      await each()
    }
  })()
  try {
    await within(
      patience,
      reading,
      () => `follow reached ${JSON.stringify(pages.at(-1)?.position)} with ${eventsOf(pages).length} events`,
    )
  } finally {
    stop.abort()
  }
  return pages
}

export const caughtUp = (pages: readonly Page[]): boolean => pages.at(-1)?.caughtUp === true
/** Enough when this event has been given. */
export const given =
  (id: string) =>
  (pages: readonly Page[]): boolean =>
    pages.at(-1)?.events.some((one) => one.id === id) === true

/** The ids that are durable in a stream, seen past the instance wherever the adapter's spec can. */
export async function durableIds(handle: EventStoreHandle, stream: string): Promise<readonly string[]> {
  return handle.durable ? handle.durable(stream) : idsOf(await (await rival(handle)).read(stream))
}
