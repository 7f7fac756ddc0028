import { expect } from '@jest/globals'
import { documentsContract, keysContract, onServers, opsContract } from '@rapport/testing'
import { openDocuments, openKeys, openOps } from './index.ts'
import { aMasterKey, opening, serverName } from './world.fixture.ts'

const { MONGODB_URL } = process.env
const name = MONGODB_URL === undefined ? 'MongoDB' : await serverName(MONGODB_URL)

await onServers(['mongodb'], ({ mongodb: url }) => {
  const documents = opening(url, openDocuments)
  documentsContract({
    name,
    create: documents,
    skip: [
      {
        sentence: '§5 checkpoint and effect in one transaction: with a lost checkpoint nothing is written',
        reason: 'documents go first, the checkpoint after: when that is lost the documents are written',
        because: async () => {
          const handle = await documents()
          try {
            const rival = await handle.another!()
            await handle.port.declare({ name: 'register', indexes: [] })
            await rival.write([], { name: 'register', value: { of: 'the rival' }, expected: 'none' })
            const put = {
              tenant: 't01',
              collection: 'register',
              id: 'a',
              doc: {},
              position: '1',
              expected: 'none',
            } as const
            const answer = await handle.port.write([put], { name: 'register', value: {}, expected: 'none' })
            expect(answer).toEqual({ puts: ['written'], checkpoint: 'lost' })
          } finally {
            await handle.dispose()
          }
        },
      },
    ],
  })
  opsContract({ name, create: opening(url, openOps) })
  const masterKey = aMasterKey()
  keysContract({ name, create: opening(url, (options) => openKeys({ ...options, masterKey })) })
})
