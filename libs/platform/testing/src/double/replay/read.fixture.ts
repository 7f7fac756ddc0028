import { BACKWARDS, binaryEvent, END, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from '@jest/globals'
import { clientOf, numbers } from './records.fixture.ts'
import type { Recorded, Replay } from './records.fixture.ts'
import { agrees, aName, eventsOf, plain, revisionOf, shaped } from './shape.fixture.ts'

const bytes = (value: unknown): unknown => (value instanceof Uint8Array ? `<Uint8Array ${value.length} bytes>` : value)
const ctorOf = (value: unknown): string | undefined => (value === null ? undefined : value?.constructor.name)

/** Reads a stream as a record says; its answers in the short form of the records. */
async function read(client: EventStoreDBClient, { req }: Recorded, stream: string): Promise<unknown> {
  const { fromRevision, maxCount } = req['o'] as { fromRevision?: string; maxCount?: number }
  const got: string[] = []
  const answer = await shaped(async () => {
    const options = {
      ...(maxCount !== undefined && { maxCount }),
      ...(fromRevision !== undefined && { fromRevision: revisionOf(fromRevision) as bigint }),
    }
    for await (const { event } of client.readStream(stream, options)) got.push(String(event!.revision))
    return got
  })
  return Array.isArray(answer) ? answer : { ...(answer as object), got }
}

export const reads: readonly Replay[] = [
  {
    file: 'read',
    lines: numbers('1, 2, 5–7, 12, 14'),
    async run(double, lines) {
      const client = clientOf(double)
      const stream = aName()
      const names = new Map([[stream, lines(1).req.stream!]])
      const metadata = { $correlationId: 'corr-1', $causationId: 'cause-1', tenant: 't' }
      const batch = Array.from({ length: 10 }, (_, n) => jsonEvent({ type: 'OrderPlaced', data: { n }, metadata }))
      await client.appendToStream(stream, batch, { expectedRevision: NO_STREAM })
      for (const line of [1, 5, 6, 7]) agrees(await read(client, lines(line), stream), lines(line), names)
      for (const line of [12, 14]) {
        const missing = aName()
        const then = new Map([[missing, lines(line).req.stream!]])
        agrees(await read(client, lines(line), missing), lines(line), then)
      }
      const [first] = (await Array.fromAsync(client.readStream(stream, { maxCount: 1 }))) as unknown as [
        { event: { created: Date } },
      ]
      expect(first.event.created).toBeInstanceOf(Date)
      const then = (lines(2).res as [{ event: { id: string; created: string } }])[0]
      const answer = plain([{ ...first, event: { ...first.event, id: then.event.id, created: then.event.created } }])
      agrees(answer, lines(2), names)
    },
  },
  {
    file: 'read',
    lines: [24],
    async run(double, lines) {
      const client = clientOf(double)
      const stream = aName()
      const json = (type: string, data: unknown) => jsonEvent({ type, data: data as Record<string, unknown> })
      await client.appendToStream(
        stream,
        [
          binaryEvent({ type: 'Bin', data: Buffer.from([0, 1, 254, 255]), metadata: new Uint8Array([1, 2]) }),
          binaryEvent({ type: 'Bin2', data: Buffer.from([1, 2]), metadata: { k: 'v' } }),
          json('J', { a: 'ä€𝄞', n: 1e21, d: new Date(0), u: undefined, nested: { x: [null] } }),
          json('J2', 'plain string'),
          json('J3', null),
          json('J4', [1, 2]),
        ],
        { expectedRevision: NO_STREAM },
      )
      const answers: unknown[] = []
      for await (const { event } of client.readStream(stream)) {
        const { type, isJson, data, metadata } = event!
        const [dataCtor, metaCtor] = [ctorOf(data), ctorOf(metadata)]
        answers.push(plain({ type, isJson, data: bytes(data), dataCtor, metadata: bytes(metadata), metaCtor }))
      }
      expect(answers).toEqual(lines(24).res)
    },
  },
  {
    file: 'all',
    lines: [1, 9],
    async run(double, lines) {
      const client = clientOf(double)
      const [own, noise] = [aName(), aName()]
      const backwards = async (maxCount: number) =>
        (await Array.fromAsync(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount }))) as unknown as {
          event: { streamId: string; revision: bigint; position: { commit: bigint } } & Record<string, unknown>
          commitPosition: bigint
        }[]
      await client.appendToStream(own, eventsOf(100), { expectedRevision: NO_STREAM })
      const [one] = (await backwards(1)) as [Awaited<ReturnType<typeof backwards>>[0]]
      const { streamId, revision, position } = one.event
      const keys = (of: Record<string, unknown>): string[] => Object.keys(of).filter((key) => of[key] !== undefined)
      const evkeys = keys(one.event)
      const then = lines(1).res as { streamId: string; evkeys: string[] }
      // The recorded event had metadata; this one has none, and so the member is not there.
      const answer = { streamId, revision, position, commitPosition: one.commitPosition, keys: keys(one), evkeys: [] }
      agrees(plain(answer), { req: lines(1).req, res: { ...then, evkeys: [] } }, new Map([[own, then.streamId]]))
      expect(evkeys).toEqual(then.evkeys.filter((key) => key !== 'metadata'))

      await client.appendToStream(noise, eventsOf(400), { expectedRevision: NO_STREAM })
      const three = await backwards(3)
      const short = ({ event }: (typeof three)[0]) => ({ s: event.streamId, rev: event.revision, pos: event.position })
      const last = lines(9).res as { first: { s: string } }
      const got = plain({ count: three.length, first: short(three[0]!), last: short(three[2]!) })
      agrees(got, lines(9), new Map([[noise, last.first.s]]))
    },
  },
]
