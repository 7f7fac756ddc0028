import { expect, test } from '@jest/globals'
import { MemoryEventStore, MemoryKeys, MemoryOps, Unavailable, uuidv7, type Json } from '@rapport/events'
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
  const metadata = JSON.stringify({
    actor: { id: uuidv7(), kind: 'person' },
    commandId: uuidv7(),
    correlation: uuidv7(),
    fingerprint: 'x',
    occurredAt: '2026-03-02T09:00:00.000Z',
    tenant: 'main',
    v: 1,
    visibility: 'internal',
  } satisfies Record<string, Json>)
  await foreign.events.append(
    `engagements.client-main~${uuidv7()}`,
    [{ id: uuidv7(), type: 'ClientRegistered', metadata, data: '{}' }],
    'none',
  )
  expect(await serverChecks(foreign)).toEqual([
    { name: 'event-store', ok: false, words: expect.stringMatching(/no secrets/) },
    well[1],
  ])
})
