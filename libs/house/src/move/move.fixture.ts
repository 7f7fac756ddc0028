import { Readable } from 'node:stream'
import {
  HOUSE,
  MemoryDocuments,
  MemoryEventStore,
  MemoryKeys,
  MemoryOps,
  parseStored,
  type Json,
} from '@rapport/events'
import { OnMemory, TENANT } from '@rapport/testing'
import { registry, type Ports, type StoreIdentity } from '../house.ts'
import { exportStore } from './export.ts'
import { restoreExport, type MoveTarget } from './restore.ts'

export const identity: StoreIdentity = { id: 'f00d', restores: 2 }
const never = new AbortController().signal
export type Given = Pick<Ports, 'events' | 'ops' | 'keys'>

/** Some clients and persons, and of the last person the key destroyed. */
export async function source(clients = 3) {
  const memory = new OnMemory(registry.contexts)
  const keys = new MemoryKeys({ seed: TENANT })
  await keys.secrets(TENANT, true)
  for (let n = 0; n < clients; n++) {
    await memory.send(registry.decision('engagements.client', 'register')!, { name: `Client ${n}` })
    await memory.send(registry.decision('engagements.person', 'register')!, { name: `Person ${n}` })
    memory.now = memory.now.add({ minutes: 7 })
  }
  const { all } = memory.store.log
  const kids = [...new Set(all.flatMap((stored) => parseStored(stored).meta.subjects ?? []))]
  for (const kid of kids) await keys.create(TENANT, kid)
  await keys.destroy(TENANT, kids.at(-1)!, '2026-03-01T13:00:00.000Z')
  const ops = new MemoryOps()
  return { events: memory.store, ops, keys, all, kids, memory }
}

export async function exported(given: Given, store = identity) {
  const text = { export: '', keys: '', order: '' }
  const counts = await exportStore(given, {
    store,
    signal: never,
    write: async (part) => {
      text.order += 'e'
      text.export += part
    },
    writeKeys: async (part) => {
      text.order += 'k'
      text.keys += part
    },
    onKeys: async () => void (text.order += '!'),
  })
  return { ...text, counts }
}
export type Exported = Awaited<ReturnType<typeof exported>>

export function empty(heard: MoveTarget['heard'] = 'broker') {
  const ports = {
    // A server's clock, which knows nothing of when an event was recorded first.
    events: new MemoryEventStore({ now: () => 0 }),
    documents: new MemoryDocuments(),
    ops: new MemoryOps(),
    keys: new MemoryKeys(),
  }
  const became: StoreIdentity[] = []
  return { ports, heard, became, finish: async (store: StoreIdentity) => void became.push(store) }
}

const bytes = (text: string, chunk = 64 * 1024): AsyncIterable<Uint8Array> =>
  Readable.from(
    Array.from({ length: Math.ceil(text.length / chunk) }, (_, n) =>
      Buffer.from(text.slice(n * chunk, (n + 1) * chunk)),
    ),
  )
export const restored = (
  target: MoveTarget,
  { export: text, keys }: Pick<Exported, 'export' | 'keys'>,
  chunk?: number,
) => restoreExport(target, { input: bytes(text, chunk), keys: () => bytes(keys, chunk), signal: never })
export const kept = async (ops: MemoryOps): Promise<Readonly<Record<string, Json>>> =>
  Object.fromEntries((await ops.list(HOUSE, '')).map(({ name, value }) => [name, value]))
