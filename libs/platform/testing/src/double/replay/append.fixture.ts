import { randomUUID } from 'node:crypto'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { NO_STREAM } from '@eventstore/db-client'
import { expect } from '@jest/globals'
import { clientOf, numbers } from './records.fixture.ts'
import type { Recorded, Replay } from './records.fixture.ts'
import { agrees, aName, event, eventsOf, idsIn, Positions, revisionOf, shaped } from './shape.fixture.ts'

/** The ids of an append follow from its label. */
class Ids {
  readonly old: readonly [string, string, string] = [randomUUID(), randomUUID(), randomUUID()]
  readonly twice = randomUUID()

  of(label: string, n: number): string[] {
    const listed = /\[((?:old\d|new)(?:,(?:old\d|new))*)\]/.exec(label)
    if (listed)
      return listed[1]!.split(',').map((one) => (one === 'new' ? randomUUID() : this.old[Number(one.at(-1))]!))
    if (/^ids 1,2 only/.test(label)) return [this.old[1], this.old[2]]
    if (/^id 0 only/.test(label)) return [this.old[0]]
    if (/^same id twice/.test(label)) return [this.twice, this.twice]
    if (/first 3|same 3 ids|same ids/.test(label)) return [...this.old]
    return Array.from({ length: n }, () => randomUUID())
  }
}

/** Appends as a record says, to a stream that stands for the recorded one. */
async function append(client: EventStoreDBClient, { req }: Recorded, stream: string, ids: readonly string[]) {
  const expectedRevision = revisionOf((req['o'] as { expectedRevision: string }).expectedRevision)
  return shaped(() =>
    client.appendToStream(
      stream,
      ids.map((id) => event(id)),
      { expectedRevision },
    ),
  )
}

export const appends: readonly Replay[] = [
  {
    file: 'append',
    lines: numbers('1–22, 25, 31, 35, 37, 43'),
    async run(double, lines) {
      const client = clientOf(double)
      const positions = new Positions()
      const ids = new Ids()
      const names = new Map<string, string>()
      const here = (then: string): string => {
        const known = [...names].find(([, name]) => name === then)
        if (known) return known[0]
        const now = aName()
        names.set(now, then)
        return now
      }
      for (const line of numbers('1–22, 31, 35, 37, 43')) {
        const record = lines(line)
        const { label = '', stream = '', n = 0 } = record.req
        agrees(await append(client, record, here(stream), ids.of(label, n)), record, names, positions)
      }
      const mark = (id: string): number | string => (id === ids.twice ? 'D' : ids.old.indexOf(id))
      const standing = (await idsIn(client, here(lines(25).req.stream!))).map((id, n) => `${n}/${mark(id)}`)
      // The third number of the record counts the recorder's events, in data that it made.
      expect(standing).toEqual((lines(25).res as string[]).map((text) => text.split('/').slice(0, 2).join('/')))
      positions.sameOrder()
    },
  },
  {
    file: 'read',
    lines: numbers('49–53'),
    options: { limits: { wait: 60_000 } }, // a busy machine can need more than a server's two seconds
    async run(double, lines) {
      const client = clientOf(double)
      const positions = new Positions()
      for (const line of numbers('49–53')) {
        const { req, res } = lines(line)
        const batch = eventsOf(Number(req['events']), 'x'.repeat(Number(req['each'])))
        const stored = await shaped(() => client.appendToStream(aName(), batch, { expectedRevision: NO_STREAM }))
        agrees(stored, { req, res: (res as { ok: unknown }).ok }, new Map(), positions)
      }
      positions.sameOrder()
    },
  },
  {
    file: 'small-limits',
    lines: numbers('1–4'),
    options: { limits: { event: 100_000, append: 1_048_576 } },
    async run(double, lines) {
      const client = clientOf(double)
      const positions = new Positions()
      const [first, stream] = [aName(), aName()]
      const go = async (line: number, to: string, batch: ReturnType<typeof eventsOf>): Promise<void> =>
        agrees(await shaped(() => client.appendToStream(to, batch)), lines(line), new Map(), positions)
      await go(1, first, eventsOf(1, 'x'.repeat(150_000)))
      await go(2, first, eventsOf(20, 'x'.repeat(90_000)))
      await go(3, stream, eventsOf(10, 'x'.repeat(90_000)))
      await go(4, stream, eventsOf(1))
      positions.sameOrder()
    },
  },
  {
    file: 'small-limits',
    lines: [16, 17],
    async run(double, lines) {
      const client = clientOf(double)
      const stream = aName()
      const e: Record<string, number> = {}
      const all = await Promise.allSettled(
        eventsOf(32).map((one) => client.appendToStream(stream, one, { expectedRevision: NO_STREAM })),
      )
      for (const one of all) {
        if (one.status === 'rejected') e[one.reason.type] = (e[one.reason.type] ?? 0) + 1
      }
      expect({ won: all.filter(({ status }) => status === 'fulfilled').length, e }).toEqual(lines(16).res)

      let [won, conflicts] = [0, 0]
      const worker = async (): Promise<void> => {
        for (let [done, head] = [0, 0n]; done < 25;) {
          try {
            head = (await client.appendToStream(stream, event(), { expectedRevision: head })).nextExpectedRevision
            won += 1
            done += 1
          } catch (error) {
            head = (error as { actualVersion: bigint }).actualVersion
            conflicts += 1
          }
        }
      }
      await Promise.all(Array.from({ length: 16 }, worker))
      const recorded = lines(17).res as { won: number; storedEvents: number }
      expect(conflicts).toBeGreaterThan(0)
      expect({ won, storedEvents: (await idsIn(client, stream)).length - 1 }).toEqual({
        won: recorded.won,
        storedEvents: recorded.storedEvents,
      })
    },
  },
]
