import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { OutcomeUnknown, RapportError, START } from '@rapport/events'
import type { EventStore, NewEvent, StoredEvent } from '@rapport/events'
import { crashingAt, startDouble } from '@rapport/testing'
import type { Double } from '@rapport/testing'
import { openEventStoreDb } from './index.ts'
import { aStream, happened } from './opening.fixture.ts'

const WRITERS = 16
const BATCH = 10
const KILLS = 4
let dir: string
let double: Double
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-double-'))
})
afterEach(async () => {
  await double.dispose()
  rmSync(dir, { recursive: true, force: true })
})

interface Written {
  readonly stream: string
  readonly ids: string[]
  readonly failures: string[]
}

/** Appends batches one after another; each is tried again, the same, until it is answered. */
async function write(store: EventStore, written: Written, goOn: () => boolean): Promise<void> {
  for (let head: number | 'none' = 'none'; goOn();) {
    const batch = Array.from({ length: BATCH }, () => happened())
    for (let answered = false; !answered;) {
      try {
        const { revision }: { revision: number } = await store.append(written.stream, batch, head)
        expect(revision).toBe(written.ids.length + BATCH - 1)
        head = revision
        answered = true
      } catch (error) {
        // A conflict here would be with our own events: the writer is alone on its stream.
        const code = error instanceof RapportError ? error.code : String(error)
        if (code !== 'outcome-unknown' && code !== 'unavailable') throw error
        written.failures.push(code)
        await pause(10)
      }
    }
    written.ids.push(...batch.map(({ id }) => id))
  }
}

/** Everything under the context until this event has come. */
async function followed(store: EventStore, last: NewEvent): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  const { signal } = new AbortController()
  for await (const page of store.follow({ from: START, prefixes: ['suite.'], signal })) {
    events.push(...page.events)
    if (page.events.some(({ id }) => id === last.id)) break
  }
  return events
}

describe('kill -9 of the server (EventStoreDB double)', () => {
  it('under 16 writers and a follower: what was answered is what stands, each event once and in order', async () => {
    double = await startDouble({ dir })
    const store = openEventStoreDb({ url: double.address, timeout: 1000, retries: 0 })
    const last = happened()
    const following = followed(store, last)
    const written = Array.from({ length: WRITERS }, (): Written => ({ stream: aStream(), ids: [], failures: [] }))
    let goOn = true
    const writing = Promise.all(written.map((one) => write(store, one, () => goOn)))
    for (let n = 0; n < KILLS; n += 1) {
      await pause(200 + Math.random() * 100)
      await double.kill()
      await double.start()
    }
    await pause(200)
    goOn = false
    await writing
    await store.append(aStream(), [last], 'none')

    for (const { stream, ids } of written) {
      const standing = await store.read(stream)
      expect(standing.map(({ id }) => id)).toEqual(ids)
      expect(standing.map(({ revision }) => revision)).toEqual(ids.map((_, n) => n))
    }
    const events = await following
    const all = written.flatMap(({ ids }) => ids)
    expect(new Set(all).size).toBe(all.length)
    expect(events.map(({ id }) => id).sort()).toEqual([...all, last.id].sort())
    expect(events.every(({ position }, n) => n === 0 || position > events[n - 1]!.position)).toBe(true)
    // Every kill met somebody: otherwise nothing was shown.
    expect(written.flatMap(({ failures }) => failures).length).toBeGreaterThanOrEqual(KILLS)
    await store.close()
  }, 60_000)

  it('after it stored and before it answered: the outcome is unknown, and the same append gives the first result', async () => {
    double = await startDouble({ dir, crashing: crashingAt('rapport.crash.double-stored', 2) })
    const store = openEventStoreDb({ url: double.address, retries: 0 })
    const stream = aStream()
    const [first, batch] = [happened(), [happened(), happened()]]
    await store.append(stream, [first], 'none')
    await expect(store.append(stream, batch, 0)).rejects.toBeInstanceOf(OutcomeUnknown)
    await double.start()
    const answer = await store.append(stream, batch, 0)
    const standing = await store.read(stream)
    expect(standing.map(({ id }) => id)).toEqual([first.id, ...batch.map(({ id }) => id)])
    expect(answer).toEqual({ revision: 2, position: standing[2]!.position })
    await store.close()
  })

  it('is bridged by the retries of the append itself', async () => {
    double = await startDouble({ dir, crashing: crashingAt('rapport.crash.double-stored') })
    const store = openEventStoreDb({ url: double.address })
    const stream = aStream()
    const batch = [happened(), happened()]
    const appending = store.append(stream, batch, 'none')
    await pause(100)
    await double.start()
    expect((await appending).revision).toBe(1)
    expect((await store.read(stream)).map(({ id }) => id)).toEqual(batch.map(({ id }) => id))
    await store.close()
  })

  it('with far more in flight than its connection takes ends neither the process nor any append unanswered', async () => {
    double = await startDouble({ dir })
    const store = openEventStoreDb({ url: double.address, retries: 0 })
    const text = JSON.stringify('x'.repeat(100_000))
    const appends = Array.from({ length: 300 }, () => store.append(aStream(), [happened(text)], 'none'))
    const settled = Promise.allSettled(appends)
    await Promise.race(appends)
    await double.kill()
    const failed = (await settled).filter((result) => result.status === 'rejected')
    expect(failed.length).toBeGreaterThan(0)
    for (const { reason } of failed) expect((reason as RapportError).code).toMatch(/^(outcome-unknown|unavailable)$/)
    await store.close()
  })
})
