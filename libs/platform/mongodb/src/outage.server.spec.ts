import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { isOutage } from '@rapport/events'
import { canOwn, ownServer } from '@rapport/testing'
import type { OwnServer } from '@rapport/testing'
import { openMongo, openOps } from './index.ts'
import type { MongoHouse } from './index.ts'
import { freePort } from './proxy.fixture.ts'
import { Workers } from './workers.fixture.ts'
import { aMasterKey, dropAll, freshPrefix, serverName, withClient } from './world.fixture.ts'

const tenant = 't01'
const WORKERS = 4
/** Long enough to start a server on a busy machine. */
const PATIENCE = 120_000

if (!canOwn('mongodb')) it.skip('needs a server that it may kill (there is no ../shared/servers)', () => {})
else {
  const masterKey = aMasterKey()
  let server: OwnServer
  let prefix: string
  let house: MongoHouse
  beforeAll(async () => {
    server = await ownServer('mongodb', {
      port: await freePort(),
      env: { MONGODB_EXTRA_OPTIONS: '--enable-test-commands' },
    })
    expect(await serverName(server.address)).toBe('SecantusDB')
  }, PATIENCE)
  afterAll(() => server.dispose(), PATIENCE)
  beforeEach(async () => {
    prefix = freshPrefix()
    house = await openMongo({ url: server.address, prefix, masterKey, patience: 2000 })
    await house.documents.declare({ name: 'register', indexes: [] })
  }, PATIENCE)
  afterEach(async () => {
    await house.close()
    await dropAll(server.address, prefix)
  }, PATIENCE)

  describe('SecantusDB killed amid writes and started again', () => {
    it.each([1, 2])(
      'keeps every write that was answered, each once (round %s)',
      async () => {
        const workers = new Workers(house, tenant, WORKERS)
        await sleep(1500)
        await server.kill()
        await sleep(200)
        await server.start()
        await sleep(1500)
        await workers.stop()
        expect(workers.outages).toBeGreaterThan(0)
        for (const [name, marks] of workers.marks) {
          expect(marks.length).toBeGreaterThan(3)
          expect((await house.ops.get(tenant, name))?.value).toEqual(marks)
        }
        for (const [id, n] of workers.positions)
          expect(await house.documents.get(tenant, 'register', id)).toEqual({ doc: { n }, position: String(n) })
        expect(workers.keys.size).toBeGreaterThan(3)
        for (const [kid, key] of workers.keys) expect(await house.keys.get(tenant, kid)).toEqual({ state: 'live', key })
        expect((await house.keys.list(tenant)).map(({ kid }) => kid)).toEqual([...workers.keys.keys()].toSorted())
      },
      PATIENCE,
    )
  })

  describe('while SecantusDB is down', () => {
    it(
      'every call is an outage, and the same instance goes on afterwards',
      async () => {
        await house.ops.set(tenant, 'a', 1, 'none')
        await server.kill()
        try {
          const put = { tenant, collection: 'register', id: 'a', doc: {}, position: '1', expected: 'none' } as const
          const calls = [
            () => house.ops.get(tenant, 'a'),
            () => house.ops.set(tenant, 'b', 1, 'none'),
            () => house.ops.list(tenant, ''),
            () => house.documents.get(tenant, 'register', 'a'),
            () => house.documents.write([put]),
            () => house.documents.declare({ name: 'other', indexes: [] }),
            () => house.keys.secrets(tenant, true),
            () => house.keys.create(tenant, `person/${randomUUID()}`),
            () => openOps({ url: server.address, prefix, patience: 500 }),
          ]
          const outcomes = await Promise.allSettled(calls.map((call) => call()))
          expect(outcomes.map((each) => each.status === 'rejected' && isOutage(each.reason))).toEqual(
            calls.map(() => true),
          )
        } finally {
          await server.start()
        }
        expect((await house.ops.get(tenant, 'a'))?.value).toBe(1)
        expect((await house.keys.create(tenant, `person/${randomUUID()}`)).state).toBe('live')
      },
      PATIENCE,
    )
  })

  describe('an error of SecantusDB', () => {
    const fails = (data: object, times = 1): Promise<unknown> =>
      withClient(server.address, (client) =>
        client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data }),
      )
    const commands = ['insert', 'update']

    it.each([
      ['closed connection', { closeConnection: true }],
      ['primary stepping down', { errorCode: 189 }],
      ['other primary', { errorCode: 10107 }],
      ['shutdown', { errorCode: 91 }],
      ['write concern that failed', { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } }],
    ])(
      '(%s) amid a write leaves one effect and the right answer',
      async (_, how) => {
        await fails({ failCommands: commands, ...how })
        const made = (await house.ops.set(tenant, 'a', 1, 'none')) as { version: string }
        expect(await house.ops.get(tenant, 'a')).toEqual({ value: 1, ...made })
        await fails({ failCommands: commands, ...how })
        const puts = ['a', 'b'].map((id) => ({
          tenant,
          collection: 'register',
          id,
          doc: {},
          position: '1',
          expected: 'none' as const,
        }))
        expect((await house.documents.write(puts)).puts).toEqual(['written', 'written'])
        await fails({ failCommands: commands, ...how })
        expect(await house.documents.put(tenant, 'register', 'a', { n: 2 }, '2', '1')).toBe('written')
        await fails({ failCommands: commands, ...how })
        const key = await house.keys.create(tenant, 'person/0192f0c1-7b7a-7c3e-8b8a-1234567890ab')
        expect(await house.keys.get(tenant, 'person/0192f0c1-7b7a-7c3e-8b8a-1234567890ab')).toEqual(key)
      },
      PATIENCE,
    )

    it(
      'that does not end is told: unavailable where nothing was done, else outcome-unknown, without its words',
      async () => {
        const last = { failCommands: commands, errorCode: 13, errorLabels: [] }
        await fails(last)
        await expect(house.ops.set(tenant, 'a', 1, 'none')).rejects.toMatchObject({ code: 'unavailable' })
        await fails({ failCommands: commands, errorCode: 14031 })
        await expect(house.ops.set(tenant, 'a', 1, 'none')).rejects.toMatchObject({ code: 'storage-full' })
        await fails({ failCommands: commands, closeConnection: true }, 1000)
        await expect(house.ops.set(tenant, 'a', 1, 'none')).rejects.toMatchObject({ code: 'outcome-unknown' })
        await withClient(server.address, (client) =>
          client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' }),
        )
        expect(await house.ops.set(tenant, 'a', 1, 'none')).not.toBe('lost')
      },
      PATIENCE,
    )
  })
}
