import { START } from '@rapport/events'
import type { EventStore, StoredEvent } from '@rapport/events'
import { holds, same, throws, within } from '../check.ts'
import { promise, restarted } from '../suite.ts'
import type { Case, Terms } from '../suite.ts'
import { Conflict } from '@rapport/events'
import { area, caughtUp, event, events, eventsOf, given, idsOf, pagesUntil, streamIn } from './world.ts'
import type { EventStoreHandle } from './world.ts'

const all = async (port: EventStore, context: string, terms: Terms): Promise<StoredEvent[]> =>
  eventsOf(await pagesUntil(port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms))

function rising(positions: readonly string[]): void {
  for (const [n, position] of positions.entries()) {
    holds(n === 0 || position > positions[n - 1]!, `position ${position} is behind ${positions[n - 1]}`)
  }
}
const sameWidth = (positions: readonly string[]): void =>
  holds(
    new Set(positions.map(({ length }) => length)).size <= 1,
    `positions of one width: ${positions.join(' ').slice(0, 200)}`,
  )

/** §4 positions and the one total order. */
export const order: readonly Case<EventStoreHandle>[] = [
  promise(
    '§4 positions are strings of one width that compare as strings, from the 9th event to the 10th too',
    async ({ port }, terms) => {
      const context = area()
      for (let n = 0; n < 120; n += 1) await port.append(streamIn(context), events(1), 'none')
      const positions = (await all(port, context, terms)).map(({ position }) => position)
      holds(
        positions.every((position) => typeof position === 'string' && position > START),
        'strings, behind the start',
      )
      sameWidth(positions)
      rising(positions)
      same(positions.length, 120, 'events')
    },
  ),

  promise('§4 positions compare right as strings above 2^53 (BR-52)', async (handle, terms) => {
    if (!handle.jump) throw new Error('This adapter gives no jump(): name the sentence as a skip, with its reason.')
    const context = area()
    const { port } = handle
    await port.append(streamIn(context), events(1), 'none')
    await handle.jump(2n ** 53n - 3n)
    const answers = []
    for (let n = 0; n < 12; n += 1) answers.push(await port.append(streamIn(context), events(1), 'none'))
    const positions = (await all(port, context, terms)).map(({ position }) => position)
    same(
      positions.slice(1),
      answers.map(({ position }) => position),
      'the positions answered',
    )
    rising(positions)
    sameWidth(positions)
    const rest = await pagesUntil(port, { from: positions[6]!, prefixes: [`${context}.`] }, caughtUp, terms)
    same(
      eventsOf(rest).map(({ position }) => position),
      positions.slice(7),
      'going on above 2^53',
    )
    same(await port.head([`${context}.`]), positions.at(-1), 'head')
  }),

  promise('§4 positions within a batch rise strictly, in its order', async ({ port }) => {
    const stream = streamIn(area())
    const batch = events(100)
    const answer = await port.append(stream, batch, 'none')
    const stored = await port.read(stream)
    same(idsOf(stored), idsOf(batch), 'ids')
    rising(stored.map(({ position }) => position))
    same(answer.position, stored.at(-1)?.position, 'the position answered')
  }),

  promise('§4 an append begun after another was answered stands behind it, also after a restart', async (handle) => {
    const context = area()
    let last = (await handle.port.append(streamIn(context), events(3), 'none')).position
    const port = await restarted(handle)
    for (let n = 0; n < 5; n += 1) {
      const stream = streamIn(context)
      await port.append(stream, events(2), 'none')
      const positions = (await port.read(stream)).map(({ position }) => position)
      rising([last, ...positions])
      last = positions.at(-1)!
    }
  }),

  promise(
    '§4 every follower sees one total order, which is that of positions and of every stream',
    async ({ port }, terms) => {
      const context = area()
      const streams = Array.from({ length: 6 }, () => streamIn(context))
      for (let n = 0; n < 5; n += 1)
        await Promise.all(streams.map((stream) => port.append(stream, events(2), n === 0 ? 'none' : 2 * n - 1)))
      const [first, second] = await Promise.all([all(port, context, terms), all(port, context, terms)])
      same(idsOf(first), idsOf(second), 'the order of two followers')
      rising(first.map(({ position }) => position))
      for (const stream of streams) {
        const own = first.filter((one) => one.stream === stream)
        same(own, await port.read(stream), 'the order of a stream')
      }
    },
  ),

  promise(
    '§4 a reader passes no event that becomes visible later (BR-44): 16 writers, each event once, none missing',
    async ({ port }, terms) => {
      const context = area()
      const prefixes = [`${context}.`]
      const written: string[] = []
      const last = event()
      const following = pagesUntil(port, { from: START, prefixes }, given(last.id), {
        ...terms,
        patience: terms.patience * 4,
      })
      following.catch(() => {})
      const writer = async (share: number, seed: number): Promise<void> => {
        const stream = streamIn(context)
        let head = -1
        for (let batchNo = seed; head + 1 < share; batchNo += 1) {
          const batch = events(Math.min(1 + ((batchNo * 7) % 13), share - head - 1))
          const rival = batchNo % 5 === 0 ? port.append(stream, events(1), head + 5) : undefined
          const stored = port.append(stream, batch, head < 0 ? 'none' : head)
          if (rival) await throws(Conflict, () => rival)
          head = (await stored).revision
          written.push(...idsOf(batch))
        }
      }
      const share = Math.ceil(terms.events / 16)
      await Promise.all(Array.from({ length: 16 }, (_, n) => writer(share, n)))
      await port.append(streamIn(context), [last], 'none')
      const got = eventsOf(await within(terms.patience * 4, following, () => 'the follower'))
      same(got.length, written.length + 1, 'events followed')
      same([...idsOf(got)].sort(), [...written, last.id].sort(), 'ids followed')
      rising(got.map(({ position }) => position))
    },
  ),

  promise('§4 head is the position of the last event under the prefixes', async ({ port }) => {
    const [one, two, none] = [area(), area(), area()]
    same(await port.head([`${none}.`]), START, 'head of nothing')
    const a = await port.append(streamIn(one), events(2), 'none')
    const b = await port.append(streamIn(two), events(3), 'none')
    await port.append(streamIn(`${one}x`), events(1), 'none')
    same(await port.head([`${one}.`]), a.position, 'head of the first')
    same(await port.head([`${two}.`]), b.position, 'head of the second')
    same(await port.head([`${one}.`, `${two}.`]), b.position, 'head of both')
    same(await port.head([`${none}.`, `${one}.`]), a.position, 'head of one and nothing')
    const c = await port.append(streamIn(one), events(1), 'none')
    same(await port.head([`${one}.`, `${two}.`]), c.position, 'head after another append')
  }),

  promise('§4 head without prefixes is the position of the last event of all', async ({ port }) => {
    const { position } = await port.append(streamIn(area()), events(2), 'none')
    holds((await port.head([])) >= position, 'at or behind the last append')
  }),
]
