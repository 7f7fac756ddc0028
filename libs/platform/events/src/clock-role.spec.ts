import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openDesk } from './clock.fixture.ts'
import { Refusal, Unavailable } from './errors.ts'

const day = (n: number, clock = '12:00:00') => `2026-03-${String(n).padStart(2, '0')}T${clock}.000Z`
let h: Awaited<ReturnType<typeof openDesk>>
let shelf: string
beforeEach(async () => {
  h = await openDesk()
  shelf = await h.shelf()
})
afterEach(() => h.projection.stop())

const times = async () => (await h.reminded()).map(({ occurredAt }) => occurredAt)
const tickAt = (time: string, role = h.role()) => {
  h.set(time)
  return role.tick()
}

describe('§8 the clock', () => {
  test('judges after a grace, at the due instant, each deadline once, the next after the last', async () => {
    const id = await h.lend(shelf, day(3))
    expect(await tickAt(day(3, '12:04:59'))).toBe(0)
    expect(await tickAt(day(3, '12:05:00'))).toBe(1)
    expect(await tickAt(day(3, '12:06:00'))).toBe(0)
    expect(await tickAt(day(10, '12:05:00'))).toBe(1)
    expect(await h.reminded()).toEqual([3, 10].map((n) => ({ occurredAt: day(n), streamId: id, kind: 'clock' })))
  })

  test('waits as long as its grace says', async () => {
    await h.lend(shelf, day(3))
    const patient = h.role({ grace: Temporal.Duration.from({ hours: 1 }) })
    expect(await tickAt(day(3, '12:59:59'), patient)).toBe(0)
    expect(await tickAt(day(3, '13:00:00'), patient)).toBe(1)
  })

  test('makes up for a standstill in the order of the due instants, over all rules and loans', async () => {
    await h.lend(shelf, day(5))
    await h.lend(shelf, day(4), { every: 2 })
    await h.lend(shelf, day(7), { stuck: true })
    expect(await tickAt(day(31))).toBe(7)
    expect(await times()).toEqual([4, 5, 6, 7, 8, 12, 19].map((n) => day(n)))
    expect(h.refused).toEqual([])
  })

  test('judges nothing before its models have read what stands', async () => {
    await h.lend(shelf, day(3))
    const asked: string[] = []
    const behind = h.role({
      projection: {
        collection: (name) => h.projection.collection(name),
        waitFor: (position) => Promise.resolve((asked.push(position), false)),
      },
    })
    expect(await tickAt(day(4), behind)).toBe(0)
    expect(asked).toEqual([await h.store.head([])])
    expect(await times()).toEqual([])
    expect(await tickAt(day(4))).toBe(1)
  })

  test('asks for the head only after it has read the time: a fact of that time counts', async () => {
    const id = await h.lend(shelf, day(3))
    h.set(day(4))
    const late = h.role({
      store: { ...h.store, head: async () => (await h.giveBack(id), h.store.head([])) } as never,
    })
    expect(await late.tick()).toBe(0)
    expect(h.refused).toEqual(['reminders 2026-03-03 returned'])
  })

  test('two of them at once record each deadline once', async () => {
    for (let n = 3; n < 13; n++) await h.lend(shelf, day(n))
    h.set(day(31))
    await Promise.all([h.role().tick(), h.role().tick(), h.role().tick()])
    const all = await h.reminded()
    expect(all).toHaveLength(30)
    expect(new Set(all.map(({ occurredAt, streamId }) => `${occurredAt} ${streamId}`)).size).toBe(30)
  })

  test('a second clock that comes later finds everything done', async () => {
    await h.lend(shelf, day(3))
    expect(await tickAt(day(31))).toBe(3)
    expect(await tickAt(day(31), h.role())).toBe(0)
  })

  test.each([
    ['refuses', true, 7, 'returned'],
    ['breaks', false, 13, 'defect'],
  ])('a decision that %s is told once and holds up nothing else', async (_, giveBack, every, code) => {
    const id = await h.lend(shelf, day(3), { every })
    if (giveBack) await h.giveBack(id)
    await h.lend(shelf, day(4))
    const role = h.role()
    expect(await tickAt(day(5), role)).toBe(1)
    expect(await tickAt(day(5), role)).toBe(0)
    expect(await times()).toEqual([day(4)])
    expect(h.refused).toEqual([`reminders 2026-03-03 ${code}`])
  })

  test('a decision that records nothing is asked once', async () => {
    await h.lend(shelf, day(3), { every: 14 })
    await h.lend(shelf, day(4))
    const role = h.role()
    expect(await tickAt(day(5), role)).toBe(1)
    expect(await tickAt(day(6), role)).toBe(0)
    expect(await times()).toEqual([day(4)])
  })

  test('a rule whose model does not move on ends the tick all the same', async () => {
    await h.lend(shelf, day(3), { stuck: true })
    await h.lend(shelf, day(4))
    const role = h.role()
    expect(await tickAt(day(5), role)).toBe(2)
    expect(await tickAt(day(5), role)).toBe(0)
  })

  test('an outage ends the tick, and the next one begins with the same deadline', async () => {
    await h.lend(shelf, day(3))
    await h.lend(shelf, day(4))
    let outages = 1
    const role = h.role({
      handle: {
        handle: (command) => (outages-- > 0 ? Promise.reject(new Unavailable('gone')) : h.handle.handle(command)),
      },
    })
    await expect(tickAt(day(5), role)).rejects.toBeInstanceOf(Unavailable)
    expect(await tickAt(day(5), role)).toBe(2)
    expect(await times()).toEqual([day(3), day(4)])
    expect(h.refused).toEqual([])
  })

  test('a conflict is no refusal: the next tick asks again', async () => {
    await h.lend(shelf, day(3))
    let conflicts = 1
    const role = h.role({
      handle: {
        handle: (command) =>
          conflicts-- > 0 ? Promise.reject(new Refusal('conflict', 'Busy.')) : h.handle.handle(command),
      },
    })
    expect(await tickAt(day(5), role)).toBe(0)
    expect(await tickAt(day(5), role)).toBe(1)
    expect(h.refused).toEqual([])
  })

  test('leaves alone what an import holds, and judges it once afterwards', async () => {
    const other = await h.shelf()
    const id = await h.lend(other, day(3))
    await h.lend(shelf, day(4))
    h.held.add(other)
    const role = h.role()
    expect(await tickAt(day(12), role)).toBe(2)
    expect(await role.next()).toBe(day(18))
    // The import brings that it was returned, and something else that was not.
    await h.giveBack(id)
    await h.lend(other, day(5), {}, { occurredAt: day(2) })
    h.held.clear()
    expect(await tickAt(day(12), role)).toBe(1)
    expect(await tickAt(day(12), role)).toBe(0)
    expect(await times()).toEqual([4, 11, 5].map((n) => day(n)))
    expect(h.refused).toEqual(['reminders 2026-03-03 returned'])
  })

  test('tells when it has something to judge next, also in the future', async () => {
    const role = h.role()
    expect(await role.next()).toBeUndefined()
    await h.lend(shelf, day(9))
    await h.lend(shelf, day(4))
    await tickAt(day(2), role)
    expect(await role.next()).toBe(day(4))
  })

  test('runs by itself until it is stopped', async () => {
    await h.lend(shelf, day(3))
    h.set(day(4))
    const role = h.role()
    role.start(5)
    for (let n = 0; n < 200 && (await times()).length === 0; n++) await new Promise((done) => setTimeout(done, 5))
    await role.stop()
    h.set(day(31))
    await new Promise((done) => setTimeout(done, 30))
    expect(await times()).toEqual([day(3)])
  })

  test('tells once of what keeps it from judging, and judges when that is over', async () => {
    await h.lend(shelf, day(3))
    h.set(day(4))
    let failures = 3
    const told: unknown[] = []
    const outage = new Unavailable('down')
    const tenants = async (): Promise<readonly string[]> => {
      if (failures-- > 0) throw outage
      return ['main']
    }
    const role = h.role({ tenants, onTrouble: (error) => told.push(error) })
    role.start(5)
    for (let n = 0; n < 200 && (await times()).length === 0; n++) await new Promise((done) => setTimeout(done, 5))
    await role.stop()
    expect(await times()).toEqual([day(3)])
    expect(told).toEqual([outage])
  })
})
