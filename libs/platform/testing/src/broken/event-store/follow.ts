import { MemoryEventStore, Unavailable } from '@rapport/events'
import type { Page, StoredEvent } from '@rapport/events'
import { pause } from '../../contracts/check.ts'
import type { EventStoreHandle } from '../../contracts/event-store/world.ts'
import type { Broken } from '../broken.ts'
import { broken, paged } from './tools.ts'

const own = (event: StoredEvent, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => event.stream.startsWith(prefix))

/** Adapters that break §4's promises about follow. */
export const brokenFollows: readonly Broken<EventStoreHandle>[] = [
  broken('follows inclusive of from', '§4 follow is exclusive of from', (port, { handle }) => ({
    follow: (options) => {
      const { all } = (handle.port as MemoryEventStore).log
      const before = all.findLast(({ position }) => position < options.from)?.position ?? ''
      return port.follow({ ...options, from: before })
    },
  })),
  broken('compares prefixes without their dot', '§4 follow gives the events whose stream begins', (port) => ({
    follow: (options) => port.follow({ ...options, prefixes: options.prefixes.map((prefix) => prefix.slice(0, -1)) }),
  })),
  broken('takes a prefix for a pattern', '§4 a prefix is a text', (port) => ({
    follow: (options) =>
      paged(port, { ...options, prefixes: [] }, (page) => ({
        ...page,
        events: page.events.filter(({ stream }) =>
          options.prefixes.some((prefix) => new RegExp(`^${prefix.replace(/^\*|_/g, '.')}`).test(stream)),
        ),
      })),
  })),
  broken('leaves the position at the last own event', '§4 the position moves over ignored events too', (port) => ({
    follow: (options) => {
      let reached = options.from
      return paged(port, options, (page) => {
        reached = page.events.at(-1)?.position ?? reached
        return { ...page, position: reached }
      })
    },
  })),
  broken(
    'says nothing of ignored events while it waits',
    '§4 the position moves over events that are ignored while',
    (port) => ({
      follow: (options) => {
        let first = true
        return paged(port, options, (page) => {
          const silent = !first && page.events.length === 0
          first = false
          return silent ? undefined : page
        })
      },
    }),
  ),
  broken('says nothing when there is nothing to read', '§4 a follower that has read everything says so', (port) => ({
    follow: (options) => paged(port, options, (page) => (page.events.length === 0 ? undefined : page)),
  })),
  broken('says caughtUp on every page', '§4 caughtUp is not said while more stands', (port) => ({
    follow: (options) => paged(port, options, (page) => ({ ...page, caughtUp: true })),
  })),
  broken('names the head as the position reached', '§4 going on from the position of any page', (port, { handle }) => ({
    follow: (options) =>
      paged(port, options, (page) => ({
        ...page,
        position: (handle.port as MemoryEventStore).log.all.at(-1)?.position ?? page.position,
      })),
  })),
  broken('skips an event behind an ignored one', '§4 going on from the position of any page', (port) => ({
    follow: (options) => {
      let ignored = false
      return paged(port, { ...options, prefixes: [] }, (page) => ({
        ...page,
        events: page.events.filter((event) => {
          const keep = own(event, options.prefixes) && !ignored
          ignored = !own(event, options.prefixes)
          return keep
        }),
      }))
    },
  })),
  broken('ends when it has read everything', '§4 follow goes on for ever', (port) => ({
    async *follow(options) {
      for await (const page of port.follow(options)) {
        yield page
        if (page.caughtUp) return
      }
    },
  })),
  broken('rejects when the signal aborts', '§4 follow ends without an error', (port) => ({
    async *follow(options) {
      yield* port.follow(options)
      if (options.signal.aborted) throw new Unavailable('aborted')
    },
  })),
  broken('does not hear an abort while it waits', '§4 follow ends without an error', (port) => ({
    async *follow(options) {
      if (!options.signal.aborted) yield* port.follow({ ...options, signal: new AbortController().signal })
    },
  })),
  broken('drops events when its consumer is slow', '§4 a slow consumer loses nothing', (port) => ({
    async *follow(options) {
      const buffer: Page[] = []
      const filling = (async () => {
        for await (const page of port.follow(options)) {
          buffer.push(page)
          if (buffer.length > 3) buffer.shift()
        }
      })().catch(() => {})
      while (!options.signal.aborted) {
        const page = buffer.shift()
        if (page) yield page
        else await pause(1)
      }
      await filling
    },
  })),
  broken('reads the whole store into one page', '§4 the buffer is bounded', (port) => ({
    async *follow(options) {
      const all: StoredEvent[] = []
      for await (const page of port.follow(options)) {
        all.push(...page.events)
        if (page.caughtUp) yield { ...page, events: all.splice(0) }
      }
    },
  })),
]
