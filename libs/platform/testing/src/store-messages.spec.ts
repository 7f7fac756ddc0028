import { randomUUID } from 'node:crypto'
import {
  context,
  event,
  MemoryEventStore,
  memoryLog,
  MemoryOps,
  memoryOpsData,
  publicEvent,
  Registry,
  serve,
  START,
  StoreMessages,
  stream,
  streamName,
  text,
} from '@rapport/events'
import { expect, test } from '@jest/globals'
import { messagesContract, type Told } from './contracts/messages.ts'

const kinds = ['radio.news', 'radio.music'] as const
const Said = (kind: string) => publicEvent(kind, 'Said', 1, { words: text(100) })
const served = kinds.map((kind) => {
  const said = event(Said(kind), { visibility: 'internal', say: { en: 'said', zh: '说' }, evolve: () => ({}) })
  const kept = event(
    'Kept',
    1,
    {},
    { visibility: 'internal', say: { en: 'kept', zh: '留' }, publish: 'none', evolve: () => ({}) },
  )
  return serve(stream(kind, { initial: {}, events: [said, kept], scope: { level: 'tenant' } }), [])
})
const registry = new Registry([context({ name: 'radio', streams: served })])

function radio() {
  const log = memoryLog()
  const data = memoryOpsData()
  const store = new MemoryEventStore({ log })
  const open = () =>
    new StoreMessages({
      store: new MemoryEventStore({ log }),
      ops: new MemoryOps({ data }),
      registry,
      source: 'urn:spec',
    })
  const append = async (kind: string, key: string, type: string, value: string) => {
    const name = streamName(kind, 'main', key)
    const id = randomUUID()
    const metadata = JSON.stringify({
      v: 1,
      tenant: 'main',
      actor: { id, kind: 'person' },
      commandId: id,
      occurredAt: '2026-03-02T12:00:00.000Z',
      correlation: id,
      visibility: 'internal',
    })
    const standing = await store.read(name)
    await store.append(name, [{ id, type, metadata, data: value }], standing.at(-1)?.revision ?? 'none')
    return id
  }
  const tell = async (messages: readonly Told[]) => {
    const ids: string[] = []
    for (const { stream: n, key } of messages) {
      ids.push(await append(kinds[n], key, 'Said', '{"words":"x"}'))
      // What is not published stands between, and moves the offset all the same.
      await append(kinds[n], randomUUID(), 'Kept', '{}')
    }
    return ids
  }
  return { open, tell, store }
}

messagesContract({
  name: 'StoreMessages',
  create: async () => {
    const { open, tell } = radio()
    return {
      port: open(),
      reopen: async () => open(),
      another: async () => open(),
      dispose: async () => {},
      streams: [...kinds],
      tell,
    }
  },
  skip: [
    {
      sentence: '§6 publish keeps key, headers and value as they are',
      reason: 'the store is the outbox: what is stored is published, and there is no other log to put a message in',
      async because() {
        const { open, store } = radio()
        await open().publish()
        expect(await store.head([])).toBe(START)
      },
    },
  ],
})

test('§6 headers are the CloudEvents attributes, absent ones are not there, and the value repeats who and what', async () => {
  const { open, tell, store } = radio()
  const key = randomUUID()
  const [id] = await tell([{ stream: 0, key }])
  const stop = new AbortController()
  const heard: unknown[] = []
  await open().consume(
    { group: 'g', streams: ['radio.news'], from: 'beginning', signal: stop.signal },
    async (message) => {
      heard.push(message)
      stop.abort()
    },
  )
  const [stored] = await store.read(streamName('radio.news', 'main', key))
  expect(heard).toEqual([
    {
      stream: 'radio.news',
      key,
      headers: {
        ce_specversion: '1.0',
        ce_type: 'rapport.radio.Said.v1',
        ce_source: 'urn:spec',
        ce_id: id,
        ce_time: '2026-03-02T12:00:00.000Z',
        ce_tenant: 'main',
        ce_recordedtime: stored!.recordedAt,
        ce_revision: '0',
        ce_position: stored!.position,
        ce_correlationid: id,
        'content-type': 'application/json',
      },
      value: expect.stringContaining('"data":{"words":"x"}'),
    },
  ])
  expect(stored!.position > START).toBe(true)
})
