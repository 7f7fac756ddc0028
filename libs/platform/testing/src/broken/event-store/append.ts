import { randomUUID } from 'node:crypto'
import { Conflict } from '@rapport/events'
import type { EventStoreHandle } from '../../contracts/event-store/world.ts'
import type { Broken } from '../broken.ts'
import { broken, headOf, ids, showing, standing } from './tools.ts'

/** Adapters that break §4's promises about append. */
export const brokenAppends: readonly Broken<EventStoreHandle>[] = [
  broken('answers the position of the first event of the batch', '§4 append answers revision and position', (port) => ({
    append: async (stream, events, expected) => {
      const answer = await port.append(stream, events, expected)
      const first = (await port.read(stream)).find(({ id }) => id === events[0]?.id)
      return { ...answer, position: first!.position }
    },
  })),
  broken(
    'leaves a gap in the revisions for every conflict',
    '§4 revisions are safe integers',
    (port, { state }) => ({
      append: (stream, events, expected) =>
        port.append(stream, events, expected).catch((error: unknown) => {
          state.gap += 1
          throw error
        }),
      ...showing(port, (event) => ({ ...event, revision: event.revision + (event.revision > 1 ? state.gap : 0) })),
    }),
    () => ({ gap: 0 }),
  ),
  broken('stores a repeat again', '§4 (a) the same ids at expected+1…: the first result, and', (port) => ({
    append: async (stream, events, expected) => {
      const repeat = await standing(port, stream, events)
      if (!repeat) return port.append(stream, events, expected)
      return port.append(
        stream,
        events.map((event) => ({ ...event, id: randomUUID() })),
        await headOf(port, stream),
      )
    },
  })),
  broken('treats a repeat as a conflict', '§4 (a) the same ids at expected+1…: the first result, and', (port) => ({
    append: async (stream, events, expected) => {
      if (await standing(port, stream, events)) throw new Conflict(stream, await headOf(port, stream))
      return port.append(stream, events, expected)
    },
  })),
  broken(
    'knows a repeat only while the head has not moved',
    '§4 (a) the same ids at expected+1…: the first result, also',
    (port) => ({
      append: async (stream, events, expected) => {
        const head = await headOf(port, stream)
        const end = (expected === 'none' ? -1 : expected) + events.length
        if ((await standing(port, stream, events)) && head !== end) throw new Conflict(stream, head)
        return port.append(stream, events, expected)
      },
    }),
  ),
  broken(
    'answers a repeat with the last result instead of the first',
    '§4 (a) the same ids at expected+1…: the first result, also',
    (port) => ({
      append: async (stream, events, expected) => {
        const repeat = await standing(port, stream, events)
        const answer = await port.append(stream, events, expected)
        const { revision, position } = (await port.read(stream)).at(-1)!
        return repeat ? { revision, position } : answer
      },
    }),
  ),
  broken(
    'remembers batches, not ids',
    '§4 (a) n ids are compared',
    (port, { state }) => ({
      append: async (stream, events, expected) => {
        if ((await standing(port, stream, events)) && !state.has(ids(events)))
          throw new Conflict(stream, await headOf(port, stream))
        state.add(ids(events))
        return port.append(stream, events, expected)
      },
    }),
    () => new Set<string>(),
  ),
  broken('compares the texts of a repeat as well', '§4 (a) ids alone make a repeat', (port) => ({
    append: async (stream, events, expected) => {
      const stored = await port.read(stream)
      const other = events.some(({ id, data }) => stored.some((one) => one.id === id && one.data !== data))
      if (other) throw new Conflict(stream, await headOf(port, stream))
      return port.append(stream, events, expected)
    },
  })),
  broken('takes a batch whose first id stands for a repeat', '§4 (b) standing ids at another place', (port) => ({
    append: async (stream, events, expected) => {
      const stored = await port.read(stream)
      const { revision, position } = stored.at(-1) ?? { revision: 0, position: '' }
      if (stored.some(({ id }) => id === events[0]?.id)) return { revision, position }
      return port.append(stream, events, expected)
    },
  })),
  broken('ignores expected', '§4 (b) anything else', (port) => ({
    append: async (stream, events) => port.append(stream, events, await headOf(port, stream)),
  })),
  broken('names the expected revision in a conflict instead of the actual one', '§4 (b) anything else', (port) => ({
    append: (stream, events, expected) =>
      port.append(stream, events, expected).catch((error: unknown) => {
        throw error instanceof Conflict ? new Conflict(stream, expected) : error
      }),
  })),
  broken('stores a part of a batch that conflicts', '§4 (b) anything else', (port) => ({
    append: (stream, events, expected) =>
      port.append(stream, events, expected).catch(async (error: unknown) => {
        if (error instanceof Conflict && error.actual !== 'none') {
          await port.append(stream, [{ ...events[0]!, id: randomUUID() }], error.actual)
        }
        throw error
      }),
  })),
  broken(
    'forgets the ids at a restart',
    '§4 what was answered is there after a restart',
    (port, { state }) => {
      state.restarts += 1
      const second = state.restarts > 1
      return {
        append: async (stream, events, expected) => {
          if (second && (await standing(port, stream, events))) throw new Conflict(stream, await headOf(port, stream))
          return port.append(stream, events, expected)
        },
      }
    },
    () => ({ restarts: 0 }),
  ),
]
