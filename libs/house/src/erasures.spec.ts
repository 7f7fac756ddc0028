import { expect, test } from '@jest/globals'
import { HOUSE, KeyRing, MemoryEventStore, MemoryKeys, MemoryOps, uuidv7 } from '@rapport/events'
import { Erasures } from './erasures.ts'
import { registry } from './house.ts'
import { recorded } from './recorded.fixture.ts'

const tenant = 'main'

/** A store in which some persons are erased, and the keys as they were with these live. */
async function erased(persons: number) {
  const store = new MemoryEventStore()
  const ops = new MemoryOps()
  const ids = Array.from({ length: persons }, () => uuidv7())
  const erase = (id: string) => recorded(store, 'engagements.person', 'PersonErased', id)
  const keysWith = async (destroyed: readonly string[]): Promise<MemoryKeys> => {
    const keys = new MemoryKeys()
    await keys.secrets(tenant, true)
    for (const id of ids) await keys.create(tenant, `person/${id}`)
    for (const id of destroyed) await keys.destroy(tenant, `person/${id}`, '2026-03-02T09:00:00.000Z')
    return keys
  }
  const settle = (keys: MemoryKeys, of = 's/0') =>
    new Erasures({ store, ops, keys: new KeyRing(keys), registry, ports: keys }).settle(of)
  const states = async (keys: MemoryKeys) =>
    Promise.all(ids.map(async (id) => (await keys.get(tenant, `person/${id}`)).state))
  return { ops, ids, erase, keysWith, settle, states }
}

test('an erasure whose key still lives is completed, and what is settled is not read again', async () => {
  const { ids, erase, keysWith, settle, states, ops } = await erased(2)
  await erase(ids[0]!)
  const keys = await keysWith([])
  await settle(keys)
  expect(await states(keys)).toEqual(['destroyed', 'live'])
  const mark = await ops.get(HOUSE, 'erasures')
  await settle(keys)
  expect(await ops.get(HOUSE, 'erasures')).toEqual(mark)
})

test('keys from an older copy than what was settled are noticed, and bring nobody back', async () => {
  const { ids, erase, keysWith, settle, states } = await erased(3)
  await erase(ids[0]!)
  await erase(ids[1]!)
  await settle(await keysWith([ids[0]!, ids[1]!]))
  const older = await keysWith([ids[0]!])
  await settle(older)
  expect(await states(older)).toEqual(['destroyed', 'destroyed', 'live'])
})

test('a store that was restored is settled from its beginning', async () => {
  const { ids, erase, keysWith, settle, states } = await erased(1)
  await erase(ids[0]!)
  await settle(await keysWith([ids[0]!]))
  const keys = await keysWith([])
  await settle(keys, 's/1')
  expect(await states(keys)).toEqual(['destroyed'])
})
