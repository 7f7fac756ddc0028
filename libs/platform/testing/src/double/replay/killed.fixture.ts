import { setTimeout as pause } from 'node:timers/promises'
import { START, streamNameFilter } from '@eventstore/db-client'
import { expect } from '@jest/globals'
import type { Double } from '../start.ts'
import { clientOf } from './records.fixture.ts'
import type { Recorded } from './records.fixture.ts'
import { aName, errorShape, event, idsIn } from './shape.fixture.ts'

/** 16 writers and a subscription, the server killed and started under them, both going on afterwards. */
export async function killed(double: Double, writing: Recorded, watching: Recorded): Promise<void> {
  const client = clientOf(double)
  const own = `own-${aName()}`
  const [acked, errors, trace]: [string[], Set<string>, unknown[]] = [[], new Set(), []]
  const delivered: { id: string; position: { commit: bigint; prepare: bigint } }[] = []
  const watch = (from: (typeof delivered)[0]['position'] | typeof START) => {
    const subscription = client.subscribeToAll({ fromPosition: from, filter: streamNameFilter({ prefixes: [own] }) })
    for (const name of ['confirmation', 'caughtUp', 'end', 'close'] as const) {
      subscription.on(name as 'end', () => {
        if (trace.at(-1) !== name) trace.push(name)
      })
    }
    subscription.on('error', (error) => trace.push(kind(errorShape(error))))
    subscription.on('data', ({ event: one }) => delivered.push({ id: one!.id, position: one!.position! }))
    return subscription
  }
  const before = await client.appendToStream(aName(), event())
  watch(before.position!)
  let goOn = true
  const streams = Array.from({ length: 16 }, (_, n) => `${own}-${n}`)
  const writers = streams.map(async (stream) => {
    while (goOn) {
      const one = event()
      try {
        await client.appendToStream(stream, one)
        acked.push(one.id)
      } catch (error) {
        errors.add(kind(errorShape(error)))
        await pause(20)
      }
    }
  })
  await pause(300)
  await double.kill()
  await pause(100)
  await double.start()
  await pause(100)
  watch(delivered.at(-1)!.position)
  await pause(200)
  goOn = false
  await Promise.all(writers)
  const stored = (await Promise.all(streams.map((stream) => idsIn(client, stream)))).flat()
  while (delivered.length < stored.length) await pause(10)
  expect(new Set(stored).size).toBe(stored.length)
  expect(acked.filter((id) => !stored.includes(id))).toHaveLength((writing.res as { lostAcked: number }).lostAcked)
  // Connections break in one of the ways that were recorded, and then there is none.
  const known = Object.keys((writing.res as { appendErrors: object }).appendErrors)
  expect([...errors].filter((text) => !broken.test(text))).toEqual([])
  expect(known.filter((text) => !broken.test(text))).toEqual([])
  const said = (watching.res as { trace: [string, number, unknown?][] }).trace.map(([what, , error]) =>
    error ? kind(error) : what,
  )
  const [here, there] = [trace, said.slice(0, -2)].map((list) =>
    list.map((what) => (broken.test(String(what)) ? 'broken' : what)),
  )
  expect(here).toEqual(there)
  const { missing, inOrder } = watching.res as { missing: number; inOrder: boolean }
  const ids = new Set(delivered.map(({ id }) => id))
  expect(ids.size).toBe(delivered.length)
  expect(stored.filter((id) => !ids.has(id))).toHaveLength(missing)
  const rising = delivered.every(({ position }, n) => n === 0 || position.commit > delivered[n - 1]!.position.commit)
  expect(rising).toBe(inOrder)
}

const kind = (shape: unknown): string => {
  const { ctor, type, code, message } = shape as Record<string, unknown>
  return `${String(ctor)}|${String(type)}|code ${String(code)}|${String(message)}`
}
const broken =
  /^(UnavailableError\|unavailable|Error\|undefined)\|code 14\|14 UNAVAILABLE: (read ECONNRESET|Connection dropped|No connection established|Write error|write EPIPE)/
