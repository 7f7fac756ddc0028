import { START } from '@rapport/events'
import { holds, same } from '../check.ts'
import { promise, restarted } from '../suite.ts'
import type { Case } from '../suite.ts'
import { area, caughtUp, event, events, eventsOf, idsOf, pagesUntil, streamIn } from './world.ts'
import type { EventStoreHandle } from './world.ts'

const texts = [
  '{"b":1,"a":{"d":[],"c":null},"10":0,"9":0}',
  '{ "spaced" :\t[ 1 , 2 ] }',
  '{"n":1.0,"e":1e2,"big":12345678901234567890,"minus":-0,"third":0.1000}',
  '{"nul":"a\\u0000b","quote":"\\"","slash":"\\/","cr":"\\r\\n"}',
  '{"zh":"会议纪要","emoji":"👩🏽‍💻😀","composed":"é","decomposed":"e\u0301","bom":"\ufeff","line":"\u2028"}',
  '{"__proto__":{"role":"admin"},"constructor":1,"$ne":null,"a.b":2}',
  '{"twice":1,"twice":2}',
  `{"long":"${'长x'.repeat(50_000)}"}`,
  '"text"',
  'null',
]
const clock = { at: 0 }
/** What may stand in metadata where an adapter has to keep an instant beside it. */
const kept = ['{}', '{ }', '{"actor":{"id":"a"}}', '{"a":1}', '{ "a" : 1 }', '{"recordedAt":"then","$a":1}']

/** §4 read, the stored texts, and recordedAt. */
export const reading: readonly Case<EventStoreHandle>[] = [
  promise('§4 read gives a stream in order, from a revision on, and at most so many', async ({ port }) => {
    const stream = streamIn(area())
    const ids: string[] = []
    for (const [n, count] of [3, 1, 6].entries()) {
      const batch = events(count)
      await port.append(stream, batch, n === 0 ? 'none' : ids.length - 1)
      ids.push(...idsOf(batch))
    }
    const read = async (options?: { from?: number; limit?: number }): Promise<string[]> =>
      idsOf(await port.read(stream, options))
    same(await read(), ids, 'all')
    same(await read({ from: 0 }), ids, 'from 0')
    same(await read({ from: 4 }), ids.slice(4), 'from 4')
    same(await read({ limit: 4 }), ids.slice(0, 4), 'limit 4')
    same(await read({ from: 2, limit: 3 }), ids.slice(2, 5), 'from 2, limit 3')
    same(await read({ from: 9, limit: 5 }), ids.slice(9), 'the last')
    same(await read({ from: 10 }), [], 'from behind the end')
  }),

  promise('§4 read of a stream that does not exist gives nothing', async ({ port }) => {
    same(await port.read(streamIn(area())), [], 'events')
  }),

  promise('§4 read without a limit gives a long stream whole', async ({ port }) => {
    const stream = streamIn(area())
    const batches = [events(1000), events(1000), events(501)]
    for (const [n, batch] of batches.entries()) await port.append(stream, batch, n === 0 ? 'none' : 1000 * n - 1)
    same(idsOf(await port.read(stream)), idsOf(batches.flat()), 'ids')
  }),

  promise('§4 metadata and data come back byte for byte, from read and from follow', async (handle, terms) => {
    const context = area()
    const stream = streamIn(context)
    const batch = texts.map((text, n) => event({ data: text, metadata: texts[texts.length - 1 - n]! }))
    await handle.port.append(stream, batch, 'none')
    const followed = eventsOf(
      await pagesUntil(handle.port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms),
    )
    for (const [how, stored] of [
      ['read', await handle.port.read(stream)],
      ['follow', followed],
    ] as const) {
      same(stored.length, batch.length, `events from ${how}`)
      for (const [n, { id, type, metadata, data }] of stored.entries())
        same({ id, type, metadata, data }, batch[n], how)
    }
  }),

  promise('§4 texts, positions and recordedAt are the same after a restart', async (handle) => {
    const stream = streamIn(area())
    await handle.port.append(
      stream,
      texts.map((data) => event({ data })),
      'none',
    )
    const before = await handle.port.read(stream)
    same(await (await restarted(handle)).read(stream), before, 'the stream')
  }),

  promise('§4 follow gives what read gives, member for member', async ({ port }, terms) => {
    const context = area()
    const stream = streamIn(context)
    await port.append(stream, events(5), 'none')
    const followed = eventsOf(await pagesUntil(port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms))
    same(followed, await port.read(stream), 'events')
  }),

  promise('§4 recordedAt is an instant with milliseconds in UTC and never falls', async ({ port }, terms) => {
    const context = area()
    for (let n = 0; n < 20; n += 1) await port.append(streamIn(context), events(2), 'none')
    const times = eventsOf(await pagesUntil(port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms)).map(
      ({ recordedAt }) => recordedAt,
    )
    same(times.length, 40, 'events')
    for (const [n, time] of times.entries()) {
      holds(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time), `${time} is an instant`)
      holds(n === 0 || time >= times[n - 1]!, `${time} is not before ${times[n - 1]}`)
    }
  }),

  promise(
    '§4 an event that moves here keeps the instant at which it was first recorded, and its metadata byte for byte',
    async (handle, terms) => {
      const context = area()
      const stream = streamIn(context)
      const moved = kept.map((metadata, n) => event({ metadata, recordedAt: `2021-03-04T05:06:0${n}.789Z` }))
      const answer = await handle.port.append(stream, moved.slice(0, 4), 'none')
      await handle.port.append(stream, moved.slice(4), 3)
      await handle.port.append(stream, [event()], moved.length - 1)
      same(await handle.port.append(stream, moved.slice(0, 4), 'none'), answer, 'a repeat')
      const followed = eventsOf(
        await pagesUntil(handle.port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms),
      )
      const port = await restarted(handle)
      for (const [how, stored] of [
        ['follow', followed],
        ['read after a restart', await port.read(stream)],
      ] as const) {
        same(stored.length, moved.length + 1, `events from ${how}`)
        for (const [n, one] of moved.entries())
          same([stored[n]?.recordedAt, stored[n]?.metadata, stored[n]?.id], [one.recordedAt, one.metadata, one.id], how)
        holds(stored.at(-1)!.recordedAt > '2021-03-05', `${how}: the store dates what is new`)
      }
    },
  ),

  promise(
    '§4 recordedAt is max(now, last): a clock that goes back does not take it along',
    async (handle, terms) => {
      const context = area()
      let { port } = handle
      for (const [n, time] of ['10:00:00.000', '09:00:00.000', '10:00:00.001', '09:59:59.999'].entries()) {
        clock.at = new Date(`2026-05-01T${time}Z`).getTime()
        if (n === 3) port = await restarted(handle)
        await port.append(streamIn(context), events(1), 'none')
      }
      const stored = eventsOf(await pagesUntil(port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms))
      const times = stored.map(({ recordedAt }) => recordedAt.slice(11))
      same(times, ['10:00:00.000Z', '10:00:00.000Z', '10:00:00.001Z', '10:00:00.001Z'], 'recordedAt')
    },
    { now: () => clock.at },
  ),
]
