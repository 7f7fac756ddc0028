import { setTimeout as pause } from 'node:timers/promises'
import { NO_STREAM, START, streamNameFilter } from '@eventstore/db-client'
import type { EventStoreDBClient, Position } from '@eventstore/db-client'
import { expect } from '@jest/globals'
import { clientOf } from './records.fixture.ts'
import type { Lines, Replay } from './records.fixture.ts'
import { aName, event, eventsOf, Positions } from './shape.fixture.ts'
import { Watched } from './watched.fixture.ts'
import type { Traced, Watch } from './watched.fixture.ts'

/** Events, and whatever else was said. */
const said = (trace: readonly Traced[]): number =>
  trace.reduce((sum, [what, n]) => sum + (what === 'data*' ? Number(n) : 1), 0)

/** How many own events the server found in each 32 that it examined: so many stand between two checkpoints of the record. */
const windows = (lines: Lines): number[] => {
  const found: number[] = []
  for (const [what, n] of lines(11).res as Traced[]) if (what === 'data*') found.push(Number(n))
  return found
}

/** Own events among 400 of others, so spread that each window holds as many as in the record; gives where they begin. */
async function history(client: EventStoreDBClient, own: string, noise: string, lines: Lines): Promise<Position> {
  const { position } = await client.appendToStream(aName(), event(), { expectedRevision: NO_STREAM })
  let revisions = { own: -1n, noise: -1n }
  const append = async (which: 'own' | 'noise', count: number): Promise<void> => {
    if (count === 0) return
    const expectedRevision = revisions[which] < 0n ? NO_STREAM : revisions[which]
    await client.appendToStream(which === 'own' ? own : noise, eventsOf(count), { expectedRevision })
    revisions = { ...revisions, [which]: revisions[which] + BigInt(count) }
  }
  const counts = windows(lines)
  for (const [n, count] of counts.entries()) {
    const length = n === counts.length - 1 ? 500 - 32 * n : 32
    // The record's second checkpoint in windows of 10 has prepare 0: nothing of ours in events 10 to 19.
    const early = n === 0 ? count >> 1 : 0
    await append('own', early)
    const rest = count - early
    const before = n === 0 ? 20 - early : 0
    await append('noise', before)
    const each = Math.floor((length - early - before - rest) / rest)
    for (let k = 0; k < rest; k += 1) {
      await append('own', 1)
      await append('noise', k === rest - 1 ? length - early - before - rest - each * (rest - 1) : each)
    }
  }
  return position!
}

export const subscriptions: readonly Replay[] = [
  {
    file: 'all',
    lines: [11, 12, 13, 14, 15, 16, 17, 18],
    async run(double, lines) {
      const client = clientOf(double)
      const [own, noise] = [`own-${aName()}`, `noise-${aName()}`]
      const from = await history(client, own, noise, lines)
      const positions = new Positions()
      const agree = (now: unknown, then: unknown): void => {
        const [here, there] = positions.without(now, then)
        expect(here).toEqual(there)
      }
      const live = new Watched(client, own, from)
      agree(await live.until('caughtUp'), lines(11).res)
      const since = async (line: number, act: () => Promise<void>): Promise<void> => {
        const before = live.trace.length
        await act()
        while (said(live.trace.slice(before)) < said(lines(line).res as Traced[])) await pause(5)
        await pause(100)
        agree(live.trace.slice(before), lines(line).res)
      }
      await since(12, async () => void (await client.appendToStream(own, eventsOf(3), { expectedRevision: 99n })))
      await since(13, async () => void (await client.appendToStream(noise, eventsOf(10), { expectedRevision: 399n })))
      await since(14, async () => {
        for (let n = 0n; n < 40n; n += 1n) await client.appendToStream(noise, event(), { expectedRevision: 409n + n })
      })
      const ended: string[] = []
      for (const name of ['end', 'close']) live.on(name, () => ended.push(name))
      await live.end()
      while (ended.length < 2) await pause(5)
      expect(ended).toEqual((lines(15).res as [string, number][]).map(([name]) => name))

      for (const line of [16, 17, 18]) {
        const { checkpointInterval, maxSearchWindow } = lines(line).req as Watch
        const watched = new Watched(client, own, from, {
          ...(checkpointInterval !== undefined && { checkpointInterval }),
          ...(maxSearchWindow !== undefined && { maxSearchWindow }),
        })
        const trace = await watched.until('caughtUp')
        const checkpoints = trace.filter(([what]) => what === 'checkpoint')
        const got = {
          data: watched.ids.length,
          checkpoints: checkpoints.length,
          firstTwo: checkpoints.slice(0, 2),
          lastCheckpoint: checkpoints.at(-1),
          caughtUp: trace.filter(([what]) => what === 'caughtUp').length,
          tail: trace.slice(-(lines(line).res as { tail: unknown[] }).tail.length),
        }
        // Where own events lie within a window is not recorded, so that only what is 0 compares, beside number and kind.
        agree(zeroes(got), zeroes(lines(line).res))
        await watched.end()
      }
    },
  },
  {
    file: 'resume',
    lines: [1, 2, 3],
    async run(double, lines) {
      const client = clientOf(double)
      const [own, noise] = [`own-${aName()}`, `noise-${aName()}`]
      for (let n = 0n; n < 200n; n += 1n) {
        const expectedRevision = n === 0n ? NO_STREAM : n - 1n
        await client.appendToStream(own, event(), { expectedRevision })
        const others = 3n * n - 1n
        await client.appendToStream(noise, eventsOf(3), { expectedRevision: n === 0n ? NO_STREAM : others })
      }
      const all = new Watched(client, own, START, { maxSearchWindow: 9 })
      await all.until('caughtUp')
      await all.end()
      const place: Position[] = []
      for await (const { event: one } of client.readStream(own)) place.push(one!.position!)
      const first = async (from: Position): Promise<{ next: number; rest: number }> => {
        const watched = new Watched(client, own, from)
        await watched.until('caughtUp')
        await watched.end()
        return { next: all.ids.indexOf(watched.ids[0] ?? ''), rest: watched.ids.length }
      }
      const behind = (from: Position): number =>
        place.findIndex(
          ({ commit, prepare }) => commit > from.commit || (commit === from.commit && prepare > from.prepare),
        )
      const sixth = all.checkpoints.filter((_, n) => n % 6 === 0).slice(0, 15)
      let exact = 0
      for (const from of sixth) {
        const next = behind(from)
        const got = await first(from)
        if (got.next === next && got.rest === (next < 0 ? 0 : 200 - next)) exact += 1
      }
      const then = lines(1).res as { events: number; tried: number; exact: number }
      expect({ events: all.ids.length, tried: sixth.length, exact }).toEqual({
        events: then.events,
        tried: then.tried,
        exact: then.exact,
      })
      expect(all.checkpoints.filter(({ prepare }) => prepare === 0n).length).toBeGreaterThan(0)

      const other: number[] = []
      for (const n of Array.from({ length: 10 }, (_, k) => k * 19)) {
        if ((await first(place[n]!)).next !== n + 1) other.push(n)
      }
      expect({ tried: 10, nextEventFirst: 10 - other.length, other }).toEqual(lines(2).res)
      const { event: again } = lines(3).res as { event: number }
      const got = await first({ commit: place[again]!.commit, prepare: 0n })
      expect({ event: again, firstDelivered: got.next }).toEqual(lines(3).res)
    },
  },
  {
    // A tenth of the recorder's events is enough to leave a reader behind.
    file: 'fellbehind',
    lines: [1],
    async run(double, lines) {
      const client = clientOf(double)
      const own = `own-${aName()}`
      const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [own] }) })
      const trace: [string, null?][] = []
      subscription.on('confirmation', () => trace.push(['confirmation', null]))
      subscription.on('caughtUp' as 'confirmation', () => trace.push(['caughtUp', null]))
      while (trace.length < 2) await pause(5)
      const count = (lines(1).res as { delivered: number }).delivered / 10
      for (let n = 0; n < count; n += 500) {
        const expectedRevision = n === 0 ? NO_STREAM : BigInt(n - 1)
        await client.appendToStream(own, eventsOf(500, 'x'.repeat(4000)), { expectedRevision })
      }
      trace.push(['reader starts'])
      let delivered = 0
      subscription.on('data', () => void (delivered += 1))
      while (trace.filter(([what]) => what === 'caughtUp').length < 2) await pause(5)
      expect(delivered).toBe(count)
      expect(trace).toEqual((lines(1).res as { trace: unknown }).trace)
    },
  },
]

const zeroes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, inner: unknown) =>
    (name === 'commit' || name === 'prepare') && inner !== '0n' ? 'somewhere' : inner,
  )
