import { MemoryEventStore, Unavailable } from '@rapport/events'
import type { EventStore } from '@rapport/events'
import type { EventStoreHandle } from '../../contracts/event-store/world.ts'
import type { Broken } from '../broken.ts'
import { broken, changing, paged, showing } from './tools.ts'

const last = (text: string): number => Number(text)
/** Positions leave the store changed and come back as they were. */
const positioned = (
  port: EventStore,
  out: (position: string) => string,
  back: (position: string) => string,
): Partial<EventStore> => ({
  append: async (stream, events, expected) => {
    const answer = await port.append(stream, events, expected)
    return { ...answer, position: out(answer.position) }
  },
  read: async (stream, options) =>
    (await port.read(stream, options)).map((event) => ({ ...event, position: out(event.position) })),
  follow: (options) =>
    paged(port, { ...options, from: options.from === '' ? '' : back(options.from) }, (page) => ({
      ...page,
      events: page.events.map((event) => ({ ...event, position: out(event.position) })),
      position: page.position === '' ? '' : out(page.position),
    })),
  head: async (prefixes) => out(await port.head(prefixes)),
})

/** Adapters that break §4's promises about reading, texts, times and positions. */
export const brokenReads: readonly Broken<EventStoreHandle>[] = [
  broken('reads behind `from`, not from it', '§4 read gives a stream in order', (port) => ({
    read: (stream, options) => port.read(stream, options?.from ? { ...options, from: options.from + 1 } : options),
  })),
  broken('ignores the limit of a read', '§4 read gives a stream in order', (port) => ({
    read: (stream, options) => port.read(stream, { from: options?.from ?? 0 }),
  })),
  broken('throws for a stream that does not exist', '§4 read of a stream that does not exist', (port) => ({
    read: async (stream, options) => {
      const events = await port.read(stream, options)
      if (events.length === 0) throw new Unavailable('no such stream')
      return events
    },
  })),
  broken('reads 1,000 events at most', '§4 read without a limit', (port) => ({
    read: (stream, options) => port.read(stream, { limit: 1000, ...options }),
  })),
  broken('writes JSON anew', '§4 metadata and data come back byte for byte', (port) =>
    showing(port, (event) => ({ ...event, data: JSON.stringify(JSON.parse(event.data)) })),
  ),
  broken('normalises Unicode', '§4 metadata and data come back byte for byte', (port) =>
    showing(port, (event) => ({ ...event, data: event.data.normalize('NFC') })),
  ),
  broken('cuts a followed text at 64 KiB', '§4 metadata and data come back byte for byte', (port) => ({
    follow: (options) =>
      paged(port, options, (page) => ({
        ...page,
        events: page.events.map((event) => ({ ...event, data: event.data.slice(0, 65_536) })),
      })),
  })),
  broken(
    'forgets the last character after a restart',
    '§4 texts, positions and recordedAt are the same after a restart',
    (port, { state }) => {
      state.restarts += 1
      return state.restarts > 1 ? showing(port, (event) => ({ ...event, data: event.data.slice(0, -1) })) : {}
    },
    () => ({ restarts: 0 }),
  ),
  broken('follows without metadata', '§4 follow gives what read gives', (port) => ({
    follow: (options) =>
      paged(port, options, (page) => ({ ...page, events: page.events.map((event) => ({ ...event, metadata: '{}' })) })),
  })),
  broken('dates a moved event anew', '§4 an event that moves here keeps the instant', (port) =>
    changing(port, ({ recordedAt: _, ...event }) => event),
  ),
  broken('shows the instant of a moved event among its metadata', '§4 an event that moves here keeps', (port) =>
    changing(port, (event) =>
      event.recordedAt === undefined
        ? event
        : { ...event, metadata: JSON.stringify({ ...JSON.parse(event.metadata), recordedAt: event.recordedAt }) },
    ),
  ),
  broken('gives recordedAt without milliseconds', '§4 recordedAt is an instant', (port) =>
    showing(port, (event) => ({ ...event, recordedAt: event.recordedAt.replace(/\.\d+/, '') })),
  ),
  broken(
    'takes recordedAt from a clock that goes back',
    '§4 recordedAt is max(now, last)',
    (port, { state, options }) => ({
      append: (stream, events, expected) => {
        for (const { id } of events) state.set(id, new Date(options.now?.() ?? 0).toISOString())
        return port.append(stream, events, expected)
      },
      ...showing(port, (event) => ({ ...event, recordedAt: state.get(event.id) ?? event.recordedAt })),
    }),
    () => new Map<string, string>(),
  ),
  broken(
    'forgets the last recordedAt at a restart',
    '§4 recordedAt is max(now, last)',
    (port, { handle, options }) => ({
      append: async (stream, events, expected) => {
        const answer = await port.append(stream, events, expected)
        const { log } = handle.port as MemoryEventStore
        if (port !== handle.port)
          log.all[log.all.length - 1] = { ...log.all.at(-1)!, recordedAt: new Date(options.now!()).toISOString() }
        return answer
      },
    }),
  ),
  broken('gives positions without leading zeros', '§4 positions are strings of one width', (port) =>
    positioned(
      port,
      (position) => String(last(position)),
      (position) => position.padStart(20, '0'),
    ),
  ),
  broken('keeps positions in a number', '§4 positions compare right as strings above 2^53', (port) =>
    positioned(
      port,
      (position) => String(last(position)).padStart(20, '0'),
      (position) => position,
    ),
  ),
  broken('gives a whole batch the position of its commit', '§4 positions within a batch rise strictly', (port) => ({
    read: async (stream, options) => {
      const events = await port.read(stream, options)
      return events.map((event) => ({ ...event, position: events.at(-1)!.position }))
    },
  })),
  broken('begins positions anew at a restart', '§4 an append begun after another was answered', (port, { handle }) => {
    if (port !== handle.port) (handle.port as MemoryEventStore).log.last = 0n
    return {}
  }),
  broken('orders a page by stream', '§4 every follower sees one total order', (port) => ({
    follow: (options) =>
      paged(port, options, (page) => ({
        ...page,
        events: page.events.toSorted((a, b) => (a.stream < b.stream ? -1 : 1)),
      })),
  })),
  broken(
    'shows some appends late, behind what a follower has passed',
    '§4 a reader passes no event that becomes visible later',
    (port, { state }) => ({
      append: async (stream, events, expected) => {
        state.appends += 1
        if (state.appends % 9 !== 0) return port.append(stream, events, expected)
        for (const { id } of events) state.open.add(id)
        setTimeout(() => events.forEach(({ id }) => state.open.delete(id)), 3)
        return port.append(stream, events, expected)
      },
      follow: (options) =>
        paged(port, options, (page) => ({ ...page, events: page.events.filter(({ id }) => !state.open.has(id)) })),
    }),
    () => ({ appends: 0, open: new Set<string>() }),
  ),
  broken('answers the head of all streams', '§4 head is the position of the last event under the prefixes', (port) => ({
    head: () => port.head([]),
  })),
  broken('looks at the first prefix only', '§4 head is the position of the last event under the prefixes', (port) => ({
    head: (prefixes) => port.head(prefixes.slice(0, 1)),
  })),
  broken('knows no head without prefixes', '§4 head without prefixes', (port) => ({
    head: async (prefixes) => (prefixes.length === 0 ? '' : port.head(prefixes)),
  })),
]
