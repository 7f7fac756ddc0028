import { expect, test } from '@jest/globals'
import { MemoryEventStore, MemoryKeys, MemoryOps } from '@rapport/events'
import { knowStore } from './known-store.ts'
import { recorded } from './recorded.fixture.ts'

const record = (events: MemoryEventStore) => recorded(events, 'engagements.client', 'ClientRegistered')
async function deployment() {
  const [ops, keys] = [new MemoryOps(), new MemoryKeys()]
  await keys.secrets('main', true)
  return { ops, keys }
}

test('an empty store is known, and its first event from then on', async () => {
  const events = new MemoryEventStore()
  const own = await deployment()
  await knowStore({ events, ...own })
  await record(events)
  await knowStore({ events, ...own })
  await record(events)
  await knowStore({ events, ...own })
})

test('another deployment is refused on a store that has events of a tenant whose secrets it lacks', async () => {
  const events = new MemoryEventStore()
  await record(events)
  const other = { ops: new MemoryOps(), keys: new MemoryKeys() }
  await expect(knowStore({ events, ...other })).rejects.toMatchObject({ code: 'secrets-missing' })
})

test('a store that was emptied, or replaced by another, is refused', async () => {
  const events = new MemoryEventStore()
  const own = await deployment()
  await record(events)
  await knowStore({ events, ...own })
  const emptied = new MemoryEventStore()
  await expect(knowStore({ events: emptied, ...own })).rejects.toMatchObject({ code: 'store-differs' })
  await record(emptied)
  await expect(knowStore({ events: emptied, ...own })).rejects.toMatchObject({ code: 'store-differs' })
})
