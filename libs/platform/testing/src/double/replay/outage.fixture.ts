import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ANY, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client'
import { expect } from '@jest/globals'
import { startDouble } from '../start.ts'
import type { Double } from '../start.ts'
import { clientOf, forget, numbers } from './records.fixture.ts'
import type { Lines, Recorded, Replay } from './records.fixture.ts'
import { killed } from './killed.fixture.ts'
import { agrees, aName, event, eventsOf, idsIn, named, shaped } from './shape.fixture.ts'

const none = new Map<string, string>()
/** `ms` is how long it took, and `got` what had come before. */
const answerOf = ({ res }: Recorded): unknown => ({ error: (res as { error: unknown }).error })

/** With a double that keeps its journal over a kill. */
const durable =
  (run: (double: Double, lines: Lines) => Promise<void>): Replay['run'] =>
  async (_, lines) => {
    const dir = mkdtempSync(join(tmpdir(), 'rapport-replay-'))
    const double = await startDouble({ dir })
    try {
      await run(double, lines)
    } finally {
      await forget()
      await double.dispose()
      rmSync(dir, { recursive: true, force: true })
    }
  }

export const outages: readonly Replay[] = [
  {
    file: 'idempotence-restart-KILL',
    lines: numbers('1–15'),
    run: durable(async (double, lines) => {
      const client = clientOf(double)
      const names = ['nostream', 'any', 'exists', 'exact', 'anylast2'] as const
      const streams = Object.fromEntries(names.map((name) => [name, aName()])) as Record<(typeof names)[number], string>
      const batches = Object.fromEntries(names.map((name) => [name, eventsOf(3)])) as Record<
        string,
        ReturnType<typeof eventsOf>
      >
      const fourth = event()
      for (const name of names)
        await client.appendToStream(streams[name], batches[name]!, { expectedRevision: NO_STREAM })
      await client.appendToStream(streams.exact, fourth, { expectedRevision: 2n })
      await double.kill()
      const other = clientOf(double)
      const calls: readonly (() => Promise<unknown>)[] = [
        () => client.appendToStream(aName(), event()),
        () => idsIn(client, aName()),
        () => Array.fromAsync(client.readAll()),
        () => other.appendToStream(aName(), event()),
        () => idsIn(other, aName()),
        () => Array.fromAsync(other.subscribeToAll()),
      ]
      for (const [n, call] of calls.entries()) {
        expect(named(await shaped(call), none)).toEqual(answerOf(lines(2 + n)))
      }
      await double.start()
      const again: readonly (() => Promise<unknown>)[] = [
        () => client.appendToStream(streams.nostream, batches['nostream']!, { expectedRevision: NO_STREAM }),
        () => client.appendToStream(streams.any, batches['any']!, { expectedRevision: ANY }),
        () => client.appendToStream(streams.exists, batches['exists']!, { expectedRevision: STREAM_EXISTS }),
        () => client.appendToStream(streams.exact, batches['exact']!, { expectedRevision: NO_STREAM }),
        () => client.appendToStream(streams.exact, fourth, { expectedRevision: 2n }),
        () => client.appendToStream(streams.anylast2, batches['anylast2']!, { expectedRevision: ANY }),
      ]
      for (const [n, call] of again.entries()) agrees(await shaped(call), lines(9 + n), none)
      const counts = await Promise.all(names.map(async (name) => [name, (await idsIn(client, streams[name])).length]))
      expect(Object.fromEntries(counts)).toEqual(lines(15).res)
    }),
  },
  {
    file: 'crash',
    lines: [1, 2, 3, 4],
    run: durable(async (double, lines) => {
      for (const cycle of [0, 1]) await killed(double, lines(1 + 2 * cycle), lines(2 + 2 * cycle))
    }),
  },
  {
    // In a tenth of the recorder's time and events: each keep-alive and deadline is as much shorter.
    file: 'deadline-pause',
    lines: numbers('1–3, 7–11'),
    async run(double, lines) {
      const stream = aName()
      const client = clientOf(double)
      await client.appendToStream(aName(), event())
      double.signal('SIGSTOP')
      const appending = shaped(() => client.appendToStream(stream, event(), { deadline: 100 }))
      const still = 'still pending after 6 s'
      expect(await Promise.race([appending, pause(600, still)])).toBe(lines(1).res)
      double.signal('SIGCONT')
      expect(await appending).toEqual(answerOf(lines(2)))
      expect(await shaped(() => idsIn(client, stream))).toMatchObject({
        error: { type: (lines(3).res as string[])[0] },
      })

      const hasty = clientOf(double, '&keepAliveInterval=500&keepAliveTimeout=500&defaultDeadline=300')
      await hasty.appendToStream(aName(), event())
      double.signal('SIGSTOP')
      const [append, read] = [shaped(() => hasty.appendToStream(stream, event())), shaped(() => idsIn(hasty, stream))]
      const both = [await append, await read]
      double.signal('SIGCONT')
      for (const [n, line] of [7, 8, 9, 10].entries()) expect(both[n % 2]).toEqual(answerOf(lines(line)))
      expect(await shaped(() => idsIn(client, stream))).toMatchObject({ error: { type: lines(11).res } })
    },
  },
  {
    file: 'first-read-while-down',
    lines: [1],
    async run(double, lines) {
      await clientOf(double).appendToStream('there', event())
      await double.kill()
      const { q } = lines(1).req as unknown as { q: string[] }
      const clients = q.map((more) => clientOf(double, more))
      const word = async (call: Promise<unknown>): Promise<string> =>
        call.then(
          () => 'ok',
          (error: unknown) => (error as object).constructor.name,
        )
      const running = clients.map((client) => word(idsIn(client, 'there')))
      const down = await Promise.all(running)
      await double.start()
      await clientOf(double).appendToStream('there', event())
      const got = {
        down,
        afterStart: await Promise.all(running),
        newRead: await Promise.all(clients.map((client) => word(idsIn(client, 'there')))),
      }
      const then = JSON.stringify(lines(1).res).replaceAll(/ \d+ms/g, '')
      expect(got).toEqual(JSON.parse(then))
    },
  },
  {
    file: 'psub-misc',
    lines: [10, 11],
    run: durable(async (double, lines) => {
      const client = clientOf(double)
      const stream = aName()
      await client.appendToStream(aName(), event())
      const seen = new Set<string>()
      const poll = async (): Promise<void> => {
        const append = await shaped(() => client.appendToStream(stream, event()))
        const read = await shaped(() => idsIn(client, stream))
        seen.add(`append ${brief(append)}`)
        seen.add(`read ${brief(read)}`)
      }
      await double.kill()
      const gone = async (): Promise<string> => brief(await shaped(() => client.appendToStream(stream, event())))
      while (!(await gone()).includes('No connection')) await pause(5) // the recorder began when its connection was gone
      await poll()
      await double.start()
      await double.ready(false)
      for (let n = 0; n < 3; n += 1) await poll()
      await double.ready(true)
      const missing = await shaped(() => idsIn(client, stream))
      seen.add(`read ${brief(missing).replace(stream, 'pses1795516781170poll')}`)
      await poll()
      const recorded = Object.keys((lines(10).res as { seen: object }).seen).map((text) =>
        text.replace(/,"keys":.*?\]/, ''),
      )
      expect([...seen].sort()).toEqual(recorded.sort())
      expect({ tries: 1, read: await idsIn(client, stream).then((ids) => ids.length > 0) }).toEqual({
        tries: (lines(11).res as { tries: number }).tries,
        read: true,
      })
    }),
  },
  ...(['late-second-answer', 'late-second-answer-emptytype'] as const).map((file): Replay => ({
    file,
    lines: [1, 2],
    async run(double, lines) {
      // The client dies of it, and with it its process.
      const program = new URL('./dies.fixture.ts', import.meta.url)
      const { NODE_OPTIONS: _, ...env } = process.env
      const child = fork(program, [double.address], { env, execArgv: ['--disable-warning=ExperimentalWarning'] })
      const told: Record<string, unknown>[] = []
      child.on('message', (message: Record<string, unknown>) => told.push(message))
      await new Promise((resolve) => child.on('exit', resolve))
      const without = ({ res }: Recorded): unknown => ({ ...(res as object), ms: undefined, afterMs: undefined })
      expect(told).toEqual([without(lines(1)), without(lines(2))])
    },
  })),
]

/** Keys of a brief error in the order of the records. */
function brief(answer: unknown): string {
  const error = (answer as { error?: Record<string, unknown> }).error
  if (!error) return 'ok'
  const { ctor, type, code, message: m } = error
  return JSON.stringify({ ctor, type, code, m }).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:2113')
}
