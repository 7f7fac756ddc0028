import { Conflict } from '@rapport/events'
import { same, throws } from '../check.ts'
import { promise, restarted } from '../suite.ts'
import type { Case } from '../suite.ts'
import { area, event, events, idsOf, streamIn } from './world.ts'
import type { EventStoreHandle } from './world.ts'

/** §4 append: the answer, repeats (a) and conflicts (b). */
export const append: readonly Case<EventStoreHandle>[] = [
  promise('§4 append answers revision and position of the last event of the batch', async ({ port }) => {
    const stream = streamIn(area())
    const first = await port.append(stream, events(3), 'none')
    const second = await port.append(stream, events(1), 2)
    const stored = await port.read(stream)
    same(first, { revision: 2, position: stored[2]?.position }, 'the first answer')
    same(second, { revision: 3, position: stored[3]?.position }, 'the second answer')
  }),

  promise('§4 revisions are safe integers from 0 without gaps, whatever was refused in between', async ({ port }) => {
    const stream = streamIn(area())
    const first = events(2)
    await port.append(stream, first, 'none')
    await throws(Conflict, () => port.append(stream, events(3), 'none'))
    await port.append(stream, first, 'none')
    await port.append(stream, events(2), 1)
    await throws(Conflict, () => port.append(stream, events(1), 7))
    await port.append(stream, events(1), 3)
    const revisions = (await port.read(stream)).map(({ revision }) => revision)
    same(revisions, [0, 1, 2, 3, 4], 'revisions')
  }),

  promise('§4 (a) the same ids at expected+1…: the first result, and nothing is stored again', async ({ port }) => {
    const stream = streamIn(area())
    const [created, batch] = [events(1), events(3)]
    const firsts = [await port.append(stream, created, 'none'), await port.append(stream, batch, 0)]
    same(await port.append(stream, batch, 0), firsts[1], 'the repeat')
    same(idsOf(await port.read(stream)), idsOf([...created, ...batch]), 'stored ids')
  }),

  promise(
    '§4 (a) the same ids at expected+1…: the first result, also when the stream has moved on',
    async ({ port }) => {
      const stream = streamIn(area())
      const [created, batch, later] = [events(1), events(3), events(2)]
      const first = await port.append(stream, created, 'none')
      const second = await port.append(stream, batch, 0)
      await port.append(stream, later, 3)
      same(await port.append(stream, batch, 0), second, 'the repeat of the second batch')
      same(await port.append(stream, created, 'none'), first, 'the repeat of the first batch')
      same(idsOf(await port.read(stream)), idsOf([...created, ...batch, ...later]), 'stored ids')
    },
  ),

  promise('§4 (a) n ids are compared, however they were batched: a part of a batch is a repeat', async ({ port }) => {
    const stream = streamIn(area())
    const [a, b, c] = events(3) as [ReturnType<typeof event>, ReturnType<typeof event>, ReturnType<typeof event>]
    await port.append(stream, [a, b, c], 'none')
    const stored = await port.read(stream)
    same(await port.append(stream, [a, b], 'none'), { revision: 1, position: stored[1]?.position }, 'the first two')
    same(await port.append(stream, [b, c], 0), { revision: 2, position: stored[2]?.position }, 'the last two')
  }),

  promise('§4 (a) ids alone make a repeat: the texts that stand are kept', async ({ port }) => {
    const stream = streamIn(area())
    const one = event({ data: '{"n":1}' })
    const first = await port.append(stream, [one], 'none')
    same(await port.append(stream, [{ ...one, data: '{"n":2}' }], 'none'), first, 'the repeat')
    same(
      (await port.read(stream)).map(({ data }) => data),
      ['{"n":1}'],
      'the stored text',
    )
  }),

  promise('§4 (b) standing ids at another place, or with new ones behind them → Conflict(actual)', async ({ port }) => {
    const stream = streamIn(area())
    const [a, b] = events(2) as [ReturnType<typeof event>, ReturnType<typeof event>]
    await port.append(stream, [a, b], 'none')
    same((await throws(Conflict, () => port.append(stream, [b], 'none'))).actual, 1, 'another place')
    same((await throws(Conflict, () => port.append(stream, [a, b, event()], 'none'))).actual, 1, 'new ones behind')
    same((await throws(Conflict, () => port.append(stream, [b, a], 'none'))).actual, 1, 'another order')
    same(idsOf(await port.read(stream)), [a.id, b.id], 'stored ids')
  }),

  promise(
    '§4 (b) anything else that does not meet the head → Conflict(actual), and nothing is stored',
    async ({ port }) => {
      const stream = streamIn(area())
      same((await throws(Conflict, () => port.append(stream, events(1), 0))).actual, 'none', 'a revision, no stream')
      const three = events(3)
      await port.append(stream, three, 'none')
      for (const expected of ['none', 0, 1, 3, 2 ** 40] as const) {
        const { actual } = await throws(
          Conflict,
          () => port.append(stream, events(2), expected),
          `expected ${expected}`,
        )
        same(actual, 2, `actual for expected ${expected}`)
      }
      same(idsOf(await port.read(stream)), idsOf(three), 'stored ids')
    },
  ),

  promise(
    '§4 what was answered is there after a restart, and repeats and conflicts are still known',
    async (handle) => {
      const stream = streamIn(area())
      const [first, second] = [events(2), events(3)]
      await handle.port.append(stream, first, 'none')
      const answer = await handle.port.append(stream, second, 1)
      const before = await handle.port.read(stream)
      const port = await restarted(handle)
      same(await port.read(stream), before, 'the stream')
      same(await port.append(stream, second, 1), answer, 'a repeat')
      same((await throws(Conflict, () => port.append(stream, events(1), 'none'))).actual, 4, 'actual')
      const next = await port.append(stream, events(1), 4)
      same([next.revision, next.position > answer.position], [5, true], 'revision and a higher position')
    },
  ),
]
