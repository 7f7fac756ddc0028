import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MemoryDocuments, MemoryEventStore, MemoryKeys, MemoryOps, uuidv7, type StoredEvent } from '@rapport/events'
import { createHouse, type House } from '@rapport/house'
import { TENANT } from '../crash/book.ts'
import { setup } from '../crash/commands.ts'
import { eventsAfter, readModelsAgainst } from './accounting.ts'

const ports = {
  events: new MemoryEventStore(),
  documents: new MemoryDocuments(),
  ops: new MemoryOps(),
  keys: new MemoryKeys(),
}
let house: House
let events: readonly StoredEvent[]
const collection = () => house.projection.collection('clients.v1.internal')

beforeAll(async () => {
  house = createHouse(ports, { store: { id: uuidv7(), restores: 0 }, roles: ['api', 'query', 'project'] })
  await house.start()
  const { stream, decision, body } = setup.client
  const actor = { id: uuidv7(), kind: 'person', role: 'pm' } as const
  for (const key of ['one', 'two'])
    await house.handle.handle({ tenant: TENANT, stream, decision, body, key, source: actor.id, actor })
  events = await eventsAfter(ports.events)
  await house.projection.waitFor(events.at(-1)!.position, 10_000)
})
afterAll(() => house.stop())

const codes = async () => (await readModelsAgainst(ports, events)).problems.map((words) => words.split(':')[0])
const found = ['The read model clients.v1.internal is not what a rebuild makes of it']

test('read models that are what a rebuild makes of the events are right', async () => {
  expect(await readModelsAgainst(ports, events)).toMatchObject({ problems: [], documents: expect.any(Number) })
  expect((await readModelsAgainst(ports, events)).documents).toBeGreaterThanOrEqual(4)
})

test('a document that differs, or is gone, and an event that was not folded are found out', async () => {
  const [{ id, doc, position }] = (await ports.documents.find(TENANT, collection(), { limit: 1 })) as [
    Awaited<ReturnType<MemoryDocuments['find']>>[number],
  ]
  const put = (now: typeof doc | 'deleted') => ports.documents.put(TENANT, collection(), id, now, position, position)
  await put({ ...doc, name: 'Another' })
  expect(await codes()).toEqual(found)
  await put('deleted')
  expect(await codes()).toEqual(found)
  await put(doc)
  expect(await codes()).toEqual([])
  expect(await readModelsAgainst(ports, events.slice(0, 1))).toMatchObject({
    problems: expect.arrayContaining([expect.stringContaining(found[0]!)]),
  })
})
