import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { onServers } from '@rapport/testing'
import { openMongo } from './index.ts'
import type { MongoHouse } from './index.ts'
import { aMasterKey, dropAll, freshPrefix, serverName } from './world.fixture.ts'

const { MONGODB_URL } = process.env
const name = MONGODB_URL === undefined ? 'MongoDB' : await serverName(MONGODB_URL)
const CLIENTS = 50
const tenant = 't01'

await onServers(['mongodb'], ({ mongodb: url }) => {
  describe(`${CLIENTS} clients racing on ${name}`, () => {
    const masterKey = aMasterKey()
    const prefix = freshPrefix()
    const houses: MongoHouse[] = []
    beforeAll(async () => {
      const open = (): Promise<MongoHouse> => openMongo({ url, prefix, masterKey, poolSize: 1, patience: 20_000 })
      houses.push(await open())
      houses.push(...(await Promise.all(Array.from({ length: CLIENTS - 1 }, open))))
      await houses[0]!.documents.declare({ name: 'register', indexes: [[{ field: 'n', type: 'number' }]] })
    }, 60_000)
    afterAll(async () => {
      await Promise.all(houses.map((house) => house.close()))
      await dropAll(url, prefix)
    }, 60_000)

    it('for one name in Ops: one wins each round, also where some remove', async () => {
      let version = 'none'
      for (let round = 0; round < 10; round += 1) {
        // To remove nothing is no change, so more than one could.
        const removes = (n: number): boolean => version !== 'none' && n % 2 === 1
        const expected = version
        const answers = await Promise.all(
          houses.map(({ ops }, n) => ops.set(tenant, 'a', removes(n) ? undefined : n, expected)),
        )
        const won = answers.findIndex((answer) => answer !== 'lost')
        expect(answers.filter((answer) => answer !== 'lost')).toHaveLength(1)
        const now = await houses[round]!.ops.get(tenant, 'a')
        expect(now).toEqual(removes(won) ? undefined : { value: won, ...(answers[won] as object) })
        version = now?.version ?? 'none'
      }
    }, 60_000)

    it('for the same documents in batches: each is written once each round, by who was told so', async () => {
      const ids = Array.from({ length: 10 }, (_, n) => `d${n}`)
      for (let round = 0; round < 4; round += 1) {
        const position = String(round + 1)
        const expected = round === 0 ? 'none' : String(round)
        const answers = await Promise.all(
          houses.map(({ documents }, n) =>
            documents.write(ids.map((id) => ({ tenant, collection: 'register', id, doc: { n }, position, expected }))),
          ),
        )
        const held = await houses[0]!.documents.getMany(tenant, 'register', ids)
        for (const [i] of ids.entries()) {
          const winners = answers.flatMap(({ puts }, n) => (puts[i] === 'written' ? [n] : []))
          expect([winners.length, held[i]]).toEqual([1, { doc: { n: winners[0] }, position }])
        }
      }
    }, 60_000)

    it('for one key, and for the secrets of one tenant: all are given the same', async () => {
      const kid = `person/${randomUUID()}`
      const given = await Promise.all(
        houses.map(async ({ keys }) => [await keys.create(tenant, kid), await keys.secrets(tenant, true)]),
      )
      expect(new Set(given.map((each) => JSON.stringify(each))).size).toBe(1)
    }, 60_000)
  })
})
