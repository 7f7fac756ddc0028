import { expect, test } from '@jest/globals'
import { MemoryEventStore, MemoryKeys, MemoryOps, Unavailable } from '@rapport/events'
import { recorded } from './recorded.fixture.ts'
import { serverChecks } from './server-checks.ts'

const never = new Promise<never>(() => {})
const away = () => Promise.reject(new Unavailable('connect ECONNREFUSED 10.0.0.7:27017'))
const ports = () => ({ events: new MemoryEventStore(), ops: new MemoryOps(), keys: new MemoryKeys() })
const well = [
  { name: 'event-store', ok: true },
  { name: 'mongodb', ok: true },
]

test('servers that answer are named and hold', async () => {
  expect(await serverChecks(ports())).toEqual(well)
})

test('the server that hangs is not waited for and named, the other holds', async () => {
  const hanging = ports()
  hanging.events.head = () => never
  expect(await serverChecks(hanging)).toEqual([
    { name: 'event-store', ok: false, words: 'It does not answer in time.' },
    well[1],
  ])
})

test('the server that refuses is named, without its address', async () => {
  const refusing = ports()
  refusing.ops.get = away
  expect(await serverChecks(refusing)).toEqual([well[0], { name: 'mongodb', ok: false, words: 'It does not answer.' }])
})

test('an event store that another deployment wrote does not hold, in the words of that', async () => {
  const foreign = ports()
  await recorded(foreign.events, 'engagements.client', 'ClientRegistered')
  expect(await serverChecks(foreign)).toEqual([
    { name: 'event-store', ok: false, words: expect.stringMatching(/no secrets/) },
    well[1],
  ])
})
