import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Documents, Index } from '@rapport/events'
import { onServers } from '@rapport/testing'
import { openDocuments } from '../index.ts'
import { dropAll, freshPrefix, serverName, withClient } from '../world.fixture.ts'

const { MONGODB_URL } = process.env
const name = MONGODB_URL === undefined ? 'MongoDB' : await serverName(MONGODB_URL)
const tenant = 't01'

await onServers(['mongodb'], ({ mongodb: url }) => {
  describe(`what another process dropped and declared anew, on ${name}`, () => {
    const indexes: readonly Index[] = [[{ field: 'n', type: 'number' }]]
    let prefix: string
    let one: Documents
    let two: Documents
    beforeEach(async () => {
      prefix = freshPrefix()
      ;[one, two] = [await openDocuments({ url, prefix }), await openDocuments({ url, prefix })]
      await one.declare({ name: 'register', indexes })
      await two.declare({ name: 'register', indexes })
      await put(one, 'old')
    })
    afterEach(async () => {
      await one.close()
      await two.close()
      await dropAll(url, prefix)
    })
    const put = (documents: Documents, id: string) => documents.put(tenant, 'register', id, { n: 1 }, '1', 'none')
    const ids = async (documents: Documents): Promise<string[]> =>
      (await documents.find(tenant, 'register', { limit: 9 })).map(({ id }) => id)

    it('is what those find who knew the old one', async () => {
      expect(await ids(two)).toEqual(['old'])
      await one.drop('register')
      await expect(two.get(tenant, 'register', 'old')).rejects.toMatchObject({ code: 'invalid-query' })
      await one.declare({ name: 'register', indexes })
      await put(one, 'new')
      expect(await ids(two)).toEqual(['new'])
    })

    it('takes nothing that was meant for the old one, and nothing of that stays behind', async () => {
      await one.drop('register')
      await one.declare({ name: 'register', indexes })
      await expect(put(two, 'late')).rejects.toMatchObject({ code: 'unavailable' })
      expect(await ids(one)).toEqual([])
      expect(await put(two, 'late')).toBe('written')
      expect(await ids(one)).toEqual(['late'])
      await one.drop('register')
      const left = await withClient(url, (client) => client.db(`${prefix}-documents`).listCollections().toArray())
      expect(left.map((each) => each.name).toSorted()).toEqual(['collections', 'format'])
    })

    it('has no checkpoint from before', async () => {
      await one.drop('register')
      await two.write([], { name: 'register', value: { at: 9 }, expected: 'none' })
      await one.declare({ name: 'register', indexes })
      expect(await one.checkpoint('register')).toBeUndefined()
    })
  })

  it(`every index begins with the tenant and ends with the id, on ${name}`, async () => {
    const prefix = freshPrefix()
    const documents = await openDocuments({ url, prefix })
    try {
      const [due, $state] = [{ field: 'due.at', type: 'number' } as const, { field: '$state', type: 'string' } as const]
      await documents.declare({ name: 'register', indexes: [[$state, due], [due], [due], []] })
      const keys = await withClient(url, async (client) => {
        const db = client.db(`${prefix}-documents`)
        const stored = (await db.listCollections().toArray()).find((each) => each.name.startsWith('d-'))!
        return (await db.collection(stored.name).indexes()).map(({ key }) => Object.keys(key as object).join(' '))
      })
      expect(keys.toSorted()).toEqual(['_id', 'tenant _id', 'tenant f0 f1 _id', 'tenant f1 _id'])
      // Those that MongoDB could not make are refused by name.
      const many = Array.from({ length: 64 }, (_, n) => [{ field: `f${n}`, type: 'string' } as const])
      for (const indexes of [many, [many.flat().slice(0, 31)]])
        await expect(documents.declare({ name: 'other', indexes })).rejects.toMatchObject({ code: 'invalid-query' })
      expect(await documents.collections()).toEqual(['register'])
    } finally {
      await documents.close()
      await dropAll(url, prefix)
    }
  })

  it(`a database of a newer release is refused, on ${name}`, async () => {
    const prefix = freshPrefix()
    try {
      await withClient(url, (client) =>
        client
          .db(`${prefix}-documents`)
          .collection<{ _id: string }>('format')
          .insertOne({ _id: 'format', version: 2 } as { _id: string }),
      )
      await expect(openDocuments({ url, prefix })).rejects.toMatchObject({ code: 'newer-database' })
    } finally {
      await dropAll(url, prefix)
    }
  })

  it('a prefix or an address that is none is refused', async () => {
    for (const prefix of ['', 'A', 'a.b', 'a'.repeat(32)])
      await expect(openDocuments({ url, prefix })).rejects.toMatchObject({ code: 'invalid-prefix' })
    for (const address of ['', 'localhost:27017', 'http://127.0.0.1', `${url}&nonsense=1`])
      await expect(openDocuments({ url: address })).rejects.toMatchObject({ code: 'invalid-address' })
  })
})
