import { Conflict, MemoryEventStore } from '@rapport/events'
import type { Appended } from '@rapport/events'
import { pause } from '../../contracts/check.ts'
import type { EventStoreHandle } from '../../contracts/event-store/world.ts'
import type { Broken } from '../broken.ts'
import { broken, headOf, standing } from './tools.ts'

/** A store whose writes become durable 5 ms after they are judged; a shadow knows at once what will stand. */
interface Slow {
  readonly shadow: MemoryEventStore
}
const slow = (): Slow => ({ shadow: new MemoryEventStore() })

/** Adapters that break §4's promises about concurrent appends. */
export const brokenGroups: readonly Broken<EventStoreHandle>[] = [
  broken(
    'answers before the append is durable',
    '§4 an append is answered when it is durable',
    (port, { state }) => ({
      append: async (stream, events, expected) => {
        const answer = await state.shadow.append(stream, events, expected)
        void pause(5)
          .then(() => port.append(stream, events, expected))
          .catch(() => {})
        return answer
      },
    }),
    slow,
  ),
  broken(
    'answers conflicts and repeats before what they rest on is durable',
    '§4 conflicts and repeats are answered only after',
    (port, { state }) => ({
      append: async (stream, events, expected) => {
        const repeat = await standing(state.shadow, stream, events)
        const answer = await state.shadow.append(stream, events, expected)
        if (!repeat) {
          await pause(5)
          await port.append(stream, events, expected)
        }
        return answer
      },
    }),
    slow,
  ),
  broken(
    'tells followers before the append is durable',
    '§4 followers learn of an event only after',
    (port, { state }) => ({
      append: async (stream, events, expected) => {
        await state.shadow.append(stream, events, expected)
        await pause(5)
        return port.append(stream, events, expected)
      },
      follow: (options) => state.shadow.follow(options),
    }),
    slow,
  ),
  broken(
    'lets one conflict fail its whole group',
    '§4 one conflict, repeat or invalid batch',
    (port, { state }) => ({
      append: async (stream, events, expected) => {
        const own = port.append(stream, events, expected)
        state.group.push(own)
        await pause(1)
        await Promise.all(state.group)
        return own
      },
    }),
    () => ({ group: [] as Promise<Appended>[] }),
  ),
  broken('looks at the head first and stores later', '§4 of appends at once with one expectation', (port) => ({
    append: async (stream, events, expected) => {
      const head = await headOf(port, stream)
      if (head !== expected) throw new Conflict(stream, head)
      await pause(2)
      return port.append(stream, events, await headOf(port, stream))
    },
  })),
  broken(
    'gives a conflict to a repeat of an append that is still on its way',
    '§4 (a) a repeat at the same moment',
    (port, { state }) => ({
      append: async (stream, events, expected) => {
        if (state.has(stream)) throw new Conflict(stream, await headOf(port, stream))
        state.add(stream)
        await pause(2)
        state.delete(stream)
        return port.append(stream, events, expected)
      },
    }),
    () => new Set<string>(),
  ),
  broken('appends the events of a batch one by one', '§4 many callers at once on one stream', (port) => ({
    append: async (stream, events, expected) => {
      let answer = await port.append(stream, events.slice(0, 1), expected)
      for (const event of events.slice(1)) {
        await pause(1)
        answer = await port.append(stream, [event], (await headOf(port, stream)) as number)
      }
      return answer
    },
  })),
]
