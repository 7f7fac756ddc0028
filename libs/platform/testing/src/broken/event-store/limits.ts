import { randomUUID } from 'node:crypto'
import type { EventStoreHandle } from '../../contracts/event-store/world.ts'
import type { Broken } from '../broken.ts'
import { broken, changing } from './tools.ts'

/** Adapters that take what §4 (c) refuses, or refuse what it takes. */
export const brokenLimits: readonly Broken<EventStoreHandle>[] = [
  broken('accepts an empty batch', '§4 (c) an empty batch', (port) => ({
    append: async (stream, events, expected) =>
      events.length === 0 ? { revision: 0, position: await port.head([]) } : port.append(stream, events, expected),
  })),
  broken('accepts the same id twice', '§4 (c) the same id twice', (port) =>
    changing(port, (event, n) => (n === 0 ? event : { ...event, id: randomUUID() })),
  ),
  broken('accepts any stream name', '§4 (c) a malformed stream name', (port) => ({
    append: (_, events, expected) => port.append(`any.thing-t01~${randomUUID()}`, events, expected),
  })),
  broken('accepts any event id', '§4 (c) a malformed event id', (port) =>
    changing(port, (event) => ({ ...event, id: randomUUID() })),
  ),
  broken('accepts any event type', '§4 (c) a malformed event type', (port) =>
    changing(port, (event) => ({ ...event, type: 'Any' })),
  ),
  broken('accepts texts that are not JSON', '§4 (c) a text that is not JSON', (port) =>
    changing(port, (event) => ({ ...event, data: '{}', metadata: '{}' })),
  ),
  broken('replaces lone surrogates', '§4 (c) a text with a lone surrogate', (port) =>
    changing(port, (event) => ({ ...event, data: event.data.toWellFormed(), metadata: event.metadata.toWellFormed() })),
  ),
  broken('takes any text for the instant of a moved event', '§4 (c) a moved event without an instant', (port) =>
    changing(port, ({ recordedAt: _, ...event }) => event),
  ),
  broken('cuts a batch of more than 1,000 into two', '§4 (c) more than 1,000', (port) => ({
    append: async (stream, events, expected) => {
      const first = await port.append(stream, events.slice(0, 1000), expected)
      return events.length > 1000 ? port.append(stream, events.slice(1000), first.revision) : first
    },
  })),
  broken('refuses the thousandth event', '§4 a batch of 1,000', (port) => ({
    append: (stream, events, expected) => port.append(stream, events.length >= 1000 ? [] : events, expected),
  })),
  broken('measures an event in characters', '§4 (c) an event of more than 512 KiB', (port) =>
    changing(port, (event) =>
      event.data.length + event.metadata.length <= 512 * 1024 ? { ...event, data: '1', metadata: '1' } : event,
    ),
  ),
  broken('refuses an event of exactly 512 KiB', '§4 an event of exactly 512 KiB', (port) =>
    changing(port, (event) => (event.data.length >= 100_000 ? { ...event, data: '' } : event)),
  ),
  broken('takes a negative expectation for none', '§4 an expectation that is no revision', (port) => ({
    append: (stream, events, expected) => port.append(stream, events, (expected as number) < 0 ? 'none' : expected),
  })),
  broken('stores the good events before the bad one', '§4 (c) a malformed event type', (port) => ({
    append: (stream, events, expected) =>
      port.append(stream, events, expected).catch(async (error: unknown) => {
        if (events.length > 1) await port.append(stream, events.slice(0, 1), expected)
        throw error
      }),
  })),
]
