import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { Unavailable } from './errors.ts'
import { MemoryOps } from './memory/index.ts'
import { inOps, Lost, SharedCheckpoint } from './shared-checkpoint.ts'

interface Place {
  readonly at: number
}
const PATIENCE = 200

/** One that owns it and one that stands by; the backing may be away. */
async function two() {
  const backing = inOps(new MemoryOps(), 'place')
  let away = false
  const reached = {
    read: async () => (away ? Promise.reject(new Unavailable('away')) : backing.read()),
    write: backing.write,
  }
  const owner = new SharedCheckpoint<Place>(backing)
  await owner.take({ at: 0 })
  const stop = new AbortController()
  const standby = new SharedCheckpoint<Place>(reached, { every: 5, patience: PATIENCE, signal: stop.signal })
  let over = false
  const standing = standby.standBy(async () => true).then(() => (over = true))
  return {
    owner,
    standby,
    standing,
    over: () => over,
    away: (now: boolean) => (away = now),
    async end() {
      stop.abort()
      await standing
    },
  }
}

describe('§5 a shared checkpoint', () => {
  test('is of whoever was first, also where nothing stood: the other has lost', async () => {
    const backing = inOps(new MemoryOps(), 'place')
    const [one, other] = [new SharedCheckpoint<Place>(backing), new SharedCheckpoint<Place>(backing)]
    const took = await Promise.allSettled([one.take({ at: 0 }), other.take({ at: 0 })])
    expect(took.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect((took[1] as PromiseRejectedResult).reason).toBeInstanceOf(Lost)
    expect([await one.holds(), await other.holds()]).toEqual([true, false])
  })

  test('that stands while there is more to do is taken over, and who had it has lost', async () => {
    const { owner, standby, standing } = await two()
    await owner.move({ at: 1 })
    await standing
    expect(await standby.take({ at: 0 })).toMatchObject({ at: 1 })
    await expect(owner.move({ at: 2 })).rejects.toBeInstanceOf(Lost)
  })

  test('that nobody could move during an outage is not taken over for that', async () => {
    const h = await two()
    h.away(true)
    await sleep(2 * PATIENCE)
    h.away(false)
    await sleep(PATIENCE / 4)
    expect(h.over()).toBe(false)
    await h.owner.move({ at: 1 })
    await h.end()
  })
})
