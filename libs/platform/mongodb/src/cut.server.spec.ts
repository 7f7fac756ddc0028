import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { commitmentOf } from '@rapport/events'
import type { Documents, Json, Keys, Ops } from '@rapport/events'
import { onServers } from '@rapport/testing'
import { openMongo, openOps } from './index.ts'
import type { MongoHouse } from './index.ts'
import { proxyTo } from './proxy.fixture.ts'
import type { Cut, Proxy } from './proxy.fixture.ts'
import { aMasterKey, dropAll, freshPrefix, serverName, withClient } from './world.fixture.ts'

const { MONGODB_URL } = process.env
const name = MONGODB_URL === undefined ? 'MongoDB' : await serverName(MONGODB_URL)
const cuts: readonly Cut[] = ['request', 'answer', 'late']
const tenant = 't01'

await onServers(['mongodb'], ({ mongodb: url }) => {
  let proxy: Proxy
  let prefix: string
  let house: MongoHouse
  let ops: Ops
  let documents: Documents
  let keys: Keys
  beforeEach(async () => {
    proxy = await proxyTo(url)
    prefix = freshPrefix()
    house = await openMongo({ url: proxy.url, prefix, masterKey: aMasterKey() })
    ;({ ops, documents, keys } = house)
    await documents.declare({ name: 'register', indexes: [[{ field: 'n', type: 'number' }]] })
  })
  afterEach(async () => {
    await house.close()
    await proxy.close()
    await dropAll(url, prefix)
  })
  /** How many rows a collection has. */
  const rows = (port: string, collection: string): Promise<number> =>
    withClient(url, (client) => client.db(`${prefix}-${port}`).collection(collection).countDocuments())

  describe.each(cuts)(`on ${name}, a connection cut at the %s`, (how) => {
    it('of Ops.set: it is written once, and the answer is right', async () => {
      proxy.cut('update', how)
      const made = await ops.set(tenant, 'a', 1, 'none')
      expect(await ops.get(tenant, 'a')).toEqual({ value: 1, ...(made as { version: string }) })
      proxy.cut('update', how)
      const { version } = made as { version: string }
      const changed = await ops.set(tenant, 'a', 2, version)
      await proxy.release()
      expect(await ops.get(tenant, 'a')).toEqual({ value: 2, ...(changed as { version: string }) })
      expect([proxy.cuts, await rows('ops', 'entries')]).toEqual([2, 1])
    })

    it('of a removal from Ops: it is done once, and does not take what came after', async () => {
      const { version } = (await ops.set(tenant, 'a', 1, 'none')) as { version: string }
      proxy.cut('update', how)
      expect(await ops.set(tenant, 'a', undefined, version)).not.toBe('lost')
      expect(await ops.get(tenant, 'a')).toBeUndefined()
      const anew = await ops.set(tenant, 'a', 2, 'none')
      await proxy.release()
      expect(await ops.get(tenant, 'a')).toEqual({ value: 2, ...(anew as { version: string }) })
      expect(proxy.cuts).toBe(1)
    })

    it('of a set that had lost before: it is lost still', async () => {
      const { version } = (await ops.set(tenant, 'a', 1, 'none')) as { version: string }
      await ops.set(tenant, 'a', 2, version)
      proxy.cut('update', how)
      expect(await ops.set(tenant, 'a', 3, version)).toBe('lost')
      await proxy.release()
      expect([proxy.cuts, (await ops.get(tenant, 'a'))?.value]).toEqual([1, 2])
    })

    it.each([
      ['insert', 'none', '2'],
      ['update', '1', '2'],
    ] as const)(
      'of a batch of puts by %s: each is written once and answered, lost ones too',
      async (command, expected, position) => {
        const ids = Array.from({ length: 20 }, (_, n) => `d${n}`)
        const puts = ids.map((id, n) => ({ tenant, collection: 'register', id, doc: { n }, position, expected }))
        if (expected !== 'none')
          await documents.write(puts.map((put) => ({ ...put, position: expected, expected: 'none' })))
        await documents.put(tenant, 'register', 'd7', { n: -1 }, '3', expected)
        proxy.cut(command, how)
        const answer = await documents.write(puts)
        await proxy.release()
        expect(answer.puts).toEqual(ids.map((id) => (id === 'd7' ? 'lost' : 'written')))
        expect(proxy.cuts).toBe(1)
        const held = await documents.getMany(tenant, 'register', ids)
        expect(held).toEqual(
          ids.map((_, n) => (n === 7 ? { doc: { n: -1 }, position: '3' } : { doc: { n }, position })),
        )
      },
    )

    it('of a checkpoint: it is written once, with the version that was answered', async () => {
      proxy.cut('update', how)
      const { checkpoint } = await documents.write([], { name: 'register', value: { at: 1 }, expected: 'none' })
      await proxy.release()
      expect(await documents.checkpoint('register')).toEqual({
        value: { at: 1 },
        ...(checkpoint as { version: string }),
      })
      expect(proxy.cuts).toBe(1)
    })

    it.each(['insert', 'update'])('of Keys.create by %s: one key is made, the one that was given', async (command) => {
      const kid = `person/${randomUUID()}`
      await keys.secrets(tenant, true)
      proxy.cut(command, how)
      const made = await keys.create(tenant, kid)
      await proxy.release()
      expect(made).toMatchObject({ state: 'live' })
      expect([await keys.get(tenant, kid), await keys.create(tenant, kid)]).toEqual([made, made])
      expect([proxy.cuts, await rows('keys', 'keys')]).toEqual([1, 1])
    })

    it('of Keys.destroy: there is one record, of the key that was given', async () => {
      const kid = `person/${randomUUID()}`
      const made = await keys.create(tenant, kid)
      proxy.cut('update', how)
      const record = await keys.destroy(tenant, kid, '2026-05-01T10:00:00.000Z')
      await proxy.release()
      expect(record.commitment).toBe(made.state === 'live' && commitmentOf(made.key))
      expect(await keys.get(tenant, kid)).toEqual({ state: 'destroyed', destruction: record })
      expect(proxy.cuts).toBe(1)
    })

    it('of Keys.rotate: no key changes, and one wrapping key is left', async () => {
      const secrets = await keys.secrets(tenant, true)
      const kids = Array.from({ length: 5 }, () => `person/${randomUUID()}`)
      const made = await Promise.all(kids.map((kid) => keys.create(tenant, kid)))
      proxy.cut('update', how)
      await keys.rotate(tenant)
      await proxy.release()
      expect(await Promise.all(kids.map((kid) => keys.get(tenant, kid)))).toEqual(made)
      expect([await keys.secrets(tenant, false), proxy.cuts]).toEqual([secrets, 1])
    })
  })

  describe(`on ${name}, what a rival writes before we can read who won`, () => {
    let rival: Ops
    beforeEach(async () => {
      rival = await openOps({ url, prefix })
    })
    afterEach(() => rival.close())
    /** The rival sets what stands, or removes it. */
    const overwrite = async (value: Json | undefined): Promise<void> => {
      const now = await rival.get(tenant, 'a')
      expect(await rival.set(tenant, 'a', value, now?.version ?? 'none')).not.toBe('lost')
    }

    it.each([['sets', 2] as const, ['removes', undefined] as const])(
      'once, as it %s: ours had won',
      async (_, value) => {
        proxy.cut('update', 'answer', () => overwrite(value))
        expect(await ops.set(tenant, 'a', 1, 'none')).not.toBe('lost')
        expect([proxy.cuts, (await ops.get(tenant, 'a'))?.value]).toEqual([1, value])
      },
    )

    it('twice: nobody can say, and we are told so', async () => {
      const { version } = (await ops.set(tenant, 'a', 0, 'none')) as { version: string }
      proxy.cut('update', 'answer', async () => {
        await overwrite(2)
        await overwrite(3)
      })
      await expect(ops.set(tenant, 'a', 1, version)).rejects.toMatchObject({ code: 'outcome-unknown' })
      expect([proxy.cuts, (await ops.get(tenant, 'a'))?.value]).toEqual([1, 3])
    })

    it('while our request was cut: ours has lost', async () => {
      proxy.cut('update', 'request', () => overwrite(2))
      expect(await ops.set(tenant, 'a', 1, 'none')).toBe('lost')
      expect([proxy.cuts, (await ops.get(tenant, 'a'))?.value]).toEqual([1, 2])
    })
  })

  it('a call without a tenant, or with something else for a text, does not reach the server', async () => {
    await proxy.close()
    const none = { $ne: null } as unknown as string
    const calls: (() => Promise<unknown>)[] = [undefined as unknown as string, '', none, 'a\0b'].flatMap((t) => [
      () => ops.get(t, 'a'),
      () => ops.set(t, 'a', 1, 'none'),
      () => ops.list(t, ''),
      () => documents.get(t, 'register', 'a'),
      () => documents.getMany(t, 'register', []),
      () => documents.find(t, 'register', { limit: 1 }),
      () => documents.put(t, 'register', 'a', {}, '1', 'none'),
      () => keys.secrets(t, false),
      () => keys.list(t),
      () => keys.rotate(t),
    ])
    calls.push(
      () => ops.get(tenant, none),
      () => ops.set(tenant, 'a', 1, none),
      () => documents.get(tenant, 'register', none),
      () => documents.put(tenant, 'register', 'a', {}, none, 'none'),
      () => documents.put(tenant, 'register', 'a', {}, '1', none),
      () => documents.checkpoint(none),
      () => documents.drop(none),
      () => keys.get(tenant, none),
    )
    const outcomes = await Promise.allSettled(calls.map(async (call) => call()))
    expect(outcomes.map((each) => each.status === 'rejected' && (each.reason as { code: string }).code)).toEqual(
      calls.map(() => 'invalid-query'),
    )
  })

  it(`on ${name}, a read that is cut is asked again`, async () => {
    await ops.set(tenant, 'a', 1, 'none')
    proxy.cut('find', 'request')
    expect((await ops.get(tenant, 'a'))?.value).toBe(1)
    expect(proxy.cuts).toBe(1)
  })
})
