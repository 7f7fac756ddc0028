import { Conflict, InvalidAppend, RapportError } from '@rapport/events'
import type { Appended } from '@rapport/events'
import { fail, holds, same, throws, within } from '../check.ts'
import { promise } from '../suite.ts'
import type { Case } from '../suite.ts'
import { area, durableIds, event, events, eventsOf, idsOf, pagesUntil, streamIn } from './world.ts'
import type { EventStoreHandle } from './world.ts'

const refusedAs = (
  kind: abstract new (...args: never[]) => RapportError,
  result: PromiseSettledResult<Appended>,
): boolean => result.status === 'rejected' && result.reason instanceof kind

/** §4 group commit: what concurrent appends may expect of one another. */
export const group: readonly Case<EventStoreHandle>[] = [
  promise('§4 one conflict, repeat or invalid batch never fails the others of its group', async ({ port }) => {
    const context = area()
    const standing = streamIn(context)
    const repeated = events(2)
    await port.append(standing, repeated, 'none')
    const streams = Array.from({ length: 20 }, () => streamIn(context))
    const results = await Promise.allSettled(
      streams.flatMap((stream) => [
        port.append(standing, events(1), 'none'),
        port.append(stream, events(2), 'none'),
        port.append(stream, [], 'none'),
        port.append(standing, repeated, 'none'),
      ]),
    )
    for (const n of streams.keys()) {
      const [conflict, stored, invalid, repeat] = results.slice(4 * n, 4 * n + 4) as [
        Settled,
        Settled,
        Settled,
        Settled,
      ]
      holds(refusedAs(Conflict, conflict), 'the conflict is answered as one')
      holds(stored.status === 'fulfilled' && stored.value.revision === 1, 'the good append is stored')
      holds(refusedAs(InvalidAppend, invalid), 'the empty batch is answered as such')
      holds(repeat.status === 'fulfilled' && repeat.value.revision === 1, 'the repeat is answered as one')
      same((await port.read(streams[n]!)).length, 2, 'stored events')
    }
    same(idsOf(await port.read(standing)), idsOf(repeated), 'the stream that stood')
  }),

  promise(
    '§4 of appends at once with one expectation exactly one is stored, the others conflict with it',
    async ({ port }) => {
      for (let round = 0; round < 5; round += 1) {
        const stream = streamIn(area())
        const batches = Array.from({ length: 8 }, () => events(2))
        const results = await Promise.allSettled(batches.map((batch) => port.append(stream, batch, 'none')))
        const won = results.findIndex(({ status }) => status === 'fulfilled')
        same(results.filter(({ status }) => status === 'fulfilled').length, 1, 'stored batches')
        for (const result of results) {
          if (result.status === 'rejected') same((result.reason as Conflict).actual, 1, 'actual')
        }
        same(idsOf(await port.read(stream)), idsOf(batches[won] ?? []), 'stored ids')
      }
    },
  ),

  promise('§4 (a) a repeat at the same moment: both get the first result, stored once', async ({ port }) => {
    const stream = streamIn(area())
    const [created, batch] = [events(1), events(3)]
    const first = await Promise.all([1, 2, 3].map(() => port.append(stream, created, 'none')))
    const second = await Promise.all([1, 2, 3].map(() => port.append(stream, batch, 0)))
    same(new Set(first.map(({ position }) => position)).size, 1, 'positions of the first')
    same(new Set(second.map(({ position }) => position)).size, 1, 'positions of the second')
    same(idsOf(await port.read(stream)), idsOf([...created, ...batch]), 'stored ids')
  }),

  promise('§4 an append is answered when it is durable', async (handle) => {
    const context = area()
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const stream = streamIn(context)
        const batch = events(2)
        await handle.port.append(stream, batch, 'none')
        same(await durableIds(handle, stream), idsOf(batch), 'durable ids at the answer')
      }),
    )
  }),

  promise('§4 conflicts and repeats are answered only after what they rest on is durable', async (handle) => {
    const { port } = handle
    for (let round = 0; round < 10; round += 1) {
      const stream = streamIn(area())
      const batch = events(2)
      const stored = port.append(stream, batch, 'none')
      const repeat = port.append(stream, batch, 'none').then(async () => {
        same(await durableIds(handle, stream), idsOf(batch), 'durable ids at the answer of the repeat')
      })
      const conflict = throws(Conflict, () => port.append(stream, events(1), 'none')).then(async ({ actual }) => {
        same([actual, await durableIds(handle, stream)], [1, idsOf(batch)], 'actual and durable ids at the conflict')
      })
      await Promise.all([stored, repeat, conflict])
    }
  }),

  promise('§4 followers learn of an event only after it is durable', async (handle, terms) => {
    const stream = streamIn(area())
    const batch = events(1)
    const from = await handle.port.head([])
    const prefixes = [`${stream.split('.')[0]}.`]
    const told = pagesUntil(handle.port, { from, prefixes }, (pages) => eventsOf(pages).length > 0, terms)
    const [pages] = await Promise.all([
      told.then(async (got) => {
        same(await durableIds(handle, stream), idsOf(batch), 'durable ids when the follower is told')
        return got
      }),
      handle.port.append(stream, batch, 'none'),
    ])
    same(idsOf(eventsOf(pages)), idsOf(batch), 'followed ids')
  }),

  promise(
    '§4 many callers at once on one stream, each reading again on conflict: every batch once',
    async ({ port }, terms) => {
      const stream = streamIn(area())
      const write = async (): Promise<string[]> => {
        const batch = [event(), event()]
        for (;;) {
          const head = (await port.read(stream)).length - 1
          try {
            await port.append(stream, batch, head < 0 ? 'none' : head)
            return idsOf(batch)
          } catch (error) {
            if (!(error instanceof Conflict)) throw error
          }
        }
      }
      const written = await within(
        terms.patience,
        Promise.all(Array.from({ length: 12 }, write)),
        () => 'twelve batches',
      )
      const stored = await port.read(stream)
      same([...idsOf(stored)].sort(), written.flat().sort(), 'stored ids')
      for (const [first, second] of written as [string, string][]) {
        const at = stored.findIndex(({ id }) => id === first)
        if (stored[at + 1]?.id !== second) fail('a batch is not interleaved with another')
      }
    },
  ),
]

type Settled = PromiseSettledResult<Appended>
