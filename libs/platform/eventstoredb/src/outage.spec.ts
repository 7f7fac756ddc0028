import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Corrupt, InvalidAppend, OutcomeUnknown, START, Unavailable } from '@rapport/events'
import type { EventStore, Page } from '@rapport/events'
import { startDouble } from '@rapport/testing'
import type { Double } from '@rapport/testing'
import { openEventStoreDb } from './index.ts'
import type { EventStoreDbOptions } from './index.ts'
import { aStream, happened } from './opening.fixture.ts'
import { Proxy } from './proxy.fixture.ts'

let double: Double
const stores: EventStore[] = []
const open = (options: Partial<EventStoreDbOptions> = {}): EventStore => {
  const store = openEventStoreDb({ url: double.address, retries: 0, ...options })
  stores.push(store)
  return store
}
beforeEach(async () => {
  double = await startDouble()
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await double.dispose()
})

/** Ids as they come; `until` resolves when this one has. */
function following(store: EventStore) {
  const ids: string[] = []
  const stop = new AbortController()
  const ended = (async () => {
    for await (const { events } of store.follow({ from: START, prefixes: [], signal: stop.signal }))
      ids.push(...events.map(({ id }) => id))
  })()
  const until = async (id: string): Promise<void> => {
    while (!ids.includes(id)) await Promise.race([pause(10), ended])
  }
  ended.catch(() => {}) // whoever awaits it is told
  return { ids, until, ended, stop: () => (stop.abort(), ended) }
}

describe('a server that does not answer (EventStoreDB double)', () => {
  it('and is not there: nothing was stored, reads are unavailable, and a follower waits for it', async () => {
    const store = open()
    await double.kill()
    const follower = following(store)
    await expect(store.append(aStream(), [happened()], 'none')).rejects.toBeInstanceOf(Unavailable)
    await expect(store.read(aStream())).rejects.toBeInstanceOf(Unavailable)
    await expect(store.head([])).rejects.toBeInstanceOf(Unavailable)
    await double.start()
    const event = happened()
    await store.append(aStream(), [event], 'none')
    await follower.until(event.id)
    expect(follower.ids).toEqual([event.id])
    await follower.stop()
  })

  it('speaks without TLS where the address asks for it: the error says what helps', async () => {
    const secure = double.address.replace('?tls=false', '').replace('127.0.0.1', 'localhost')
    for (const url of [secure, secure.replace('localhost', '127.0.0.1')])
      await expect(open({ url }).head([])).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/^The event store does not answer: .* its address ends with \?tls=false\.$/s),
      })
  })

  it('is starting: nothing was stored, and calls go on when it is ready', async () => {
    const [store, patient] = [open(), open({ retries: 6 })]
    const stream = aStream()
    await double.ready(false)
    await expect(store.append(stream, [happened()], 'none')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/Server Is Not Ready/),
    })
    await expect(store.read(stream)).rejects.toBeInstanceOf(Unavailable)
    const [appending, reading] = [patient.append(stream, [happened()], 'none'), patient.read(aStream())]
    await double.ready(true)
    expect((await appending).revision).toBe(0)
    expect(await reading).toEqual([])
    expect(await store.read(stream)).toHaveLength(1)
  })

  it('stands still: the outcome is unknown in the time asked for, and the same append again is stored once', async () => {
    const store = open({ timeout: 200 })
    const stream = aStream()
    await store.append(stream, [happened()], 'none')
    double.signal('SIGSTOP')
    const batch = [happened()]
    await expect(store.append(stream, batch, 0)).rejects.toBeInstanceOf(OutcomeUnknown)
    double.signal('SIGCONT')
    // The answer to the first comes late, and nobody waits for it any more. A repeat right behind it may be dropped: it is repeated.
    expect((await open({ retries: 3 }).append(stream, batch, 0)).revision).toBe(1)
    expect(await store.read(stream)).toHaveLength(2)
  })

  it('is reached by a connection that died in silence: the follower takes another one', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {})
    const proxy = await Proxy.before(double)
    const watched = open({ url: `${proxy.address}&keepAliveInterval=500&keepAliveTimeout=500` })
    const follower = following(watched)
    const direct = open()
    const [before, after] = [happened(), happened()]
    await direct.append(aStream(), [before], 'none')
    await follower.until(before.id)
    proxy.fallSilent()
    await direct.append(aStream(), [after], 'none')
    await follower.until(after.id)
    expect(follower.ids).toEqual([before.id, after.id])
    await follower.stop()
    await watched.close()
    await proxy.close()
    expect(warn).toHaveBeenCalled() // a client that pings so often is warned
    warn.mockRestore()
  }, 30_000)
})

describe('on one server (EventStoreDB double)', () => {
  it('a store that closes disturbs no other of its process', async () => {
    const [one, other] = [open(), open()]
    await one.append(aStream(), [happened()], 'none')
    await other.append(aStream(), [happened()], 'none')
    const appends = Array.from({ length: 50 }, () => other.append(aStream(), [happened()], 'none'))
    await one.close()
    expect(await Promise.all(appends)).toHaveLength(50)
    await expect(one.append(aStream(), [happened()], 'none')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(one.read(aStream())).rejects.toBeInstanceOf(Unavailable)
  })

  it('a follower ends with an error when its store is closed, not in silence', async () => {
    const store = open()
    const event = happened()
    await store.append(aStream(), [event], 'none')
    const { until, ended } = following(store)
    await until(event.id)
    await store.close()
    await expect(ended).rejects.toBeInstanceOf(Unavailable)
  })

  it('a batch that takes many messages is stored whole', async () => {
    const store = open()
    const stream = aStream()
    const batch = Array.from({ length: 10 }, (_, n) => happened(JSON.stringify(String(n).repeat(400_000))))
    expect((await store.append(stream, batch, 'none')).revision).toBe(9)
    expect((await store.read(stream)).map(({ data }) => data)).toEqual(batch.map(({ data }) => data))
  })

  it('a batch of more than 64 MiB is refused before anything is sent', async () => {
    const store = open()
    await double.kill()
    const text = JSON.stringify('x'.repeat(500_000))
    const batch = Array.from({ length: 140 }, () => happened(text))
    await expect(store.append(aStream(), batch, 'none')).rejects.toBeInstanceOf(InvalidAppend)
  })

  it('the same append asked for again while it is under way is not sent again, for the server would drop it', async () => {
    const store = open({ timeout: 1000 })
    const stream = aStream()
    const batch = [happened(), happened()]
    const answers = await Promise.all([1, 2, 3].map(() => store.append(stream, batch, 'none')))
    expect(new Set(answers.map(({ position }) => position)).size).toBe(1)
    expect(await store.read(stream)).toHaveLength(2)
    // Another process cannot know: its repeat is dropped, until the server says that time is up, and is then made again.
    const other = open({ timeout: 60_000, retries: 1 })
    const next = [happened()]
    const both = await Promise.all([store.append(stream, next, 1), other.append(stream, next, 1)])
    expect(both[0]).toEqual(both[1])
    expect(await store.read(stream)).toHaveLength(3)
  })

  it.each(['1', '0'.repeat(39), 'x'.repeat(40)])('%s is no position', async (from) => {
    const pages = open().follow({ from, prefixes: [], signal: new AbortController().signal })
    await expect(pages[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(Corrupt)
  })

  it('a place in the log where no event stands is no position, one behind its end may become one', async () => {
    const store = open()
    const { position } = await store.append(aStream(), [happened()], 'none')
    const from = (commit: bigint): string => String(commit).padStart(20, '0').repeat(2)
    const at = BigInt(position.slice(0, 20))
    const first = (commit: bigint): Promise<IteratorResult<Page>> => {
      const pages = store.follow({ from: from(commit), prefixes: [], signal: new AbortController().signal })
      return pages[Symbol.asyncIterator]().next()
    }
    await expect(first(at - 1n)).rejects.toBeInstanceOf(Corrupt)
    expect(await first(at + 1_000_000n)).toMatchObject({ value: { events: [], caughtUp: true } })
  })

  it('events of others are not given, and the position moves over them', async () => {
    const store = open()
    const { position } = await store.append(aStream(), [happened()], 'none')
    let page: Page | undefined
    for await (page of store.follow({ from: START, prefixes: [], signal: new AbortController().signal })) {
      if (page.caughtUp) break
    }
    // The double, like a server, begins with events of its own.
    expect(page!.events).toHaveLength(1)
    expect(page!.position).toBe(position)
  })
})

describe('a server with lower limits (EventStoreDB double)', () => {
  it('refuses what is over them, and other appends go on', async () => {
    await double.dispose()
    double = await startDouble({ limits: { event: 100_000, append: 1_048_576 } })
    const store = open()
    const large = store.append(aStream(), [happened(JSON.stringify('x'.repeat(150_000)))], 'none')
    const text = JSON.stringify('x'.repeat(90_000))
    const many = store.append(
      aStream(),
      Array.from({ length: 20 }, () => happened(text)),
      'none',
    )
    const small = store.append(aStream(), [happened()], 'none')
    await expect(large).rejects.toBeInstanceOf(InvalidAppend)
    await expect(many).rejects.toBeInstanceOf(InvalidAppend)
    expect((await small).revision).toBe(0)
  })
})
