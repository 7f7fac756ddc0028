import { randomBytes } from 'node:crypto'
import { MemoryKeys } from '@rapport/events'
import type { Destruction, Keys, KeyState, TenantSecrets } from '@rapport/events'
import { pause } from '../contracts/check.ts'
import type { KeysHandle } from '../contracts/keys.ts'
import { openMemoryKeys } from '../memory.ts'
import { breaksOf } from './broken.ts'
import type { Broken } from './broken.ts'

const broken = breaksOf<Keys, KeysHandle>(openMemoryKeys)
const fresh = (): KeyState & { state: 'live' } => ({ state: 'live', key: Uint8Array.from(randomBytes(32)) })
const dataOf = (handle: KeysHandle): MemoryKeys['data'] => (handle.port as MemoryKeys).data

/** Adapters that break the promises of Keys. */
export const brokenKeys: readonly Broken<KeysHandle>[] = [
  broken('makes a key of 16 bytes', '§2 a subject has one key of 32 bytes', (port) => ({
    create: async (tenant, kid) => {
      const state = await port.create(tenant, kid)
      return state.state === 'live' ? { ...state, key: state.key.slice(0, 16) } : state
    },
  })),
  broken('has one key for a whole tenant', '§2 a subject has one key of 32 bytes', (port) => ({
    create: (tenant, kid) =>
      port.create(tenant, kid.replace(/^\w+\/.*/, 'person/00000000-0000-4000-8000-000000000000')),
    get: (tenant, kid) => port.get(tenant, kid.replace(/^\w+\/.*/, 'person/00000000-0000-4000-8000-000000000000')),
  })),
  broken('makes a key twice when two ask at once', '§11 create is compare-and-set', (port) => ({
    create: async (tenant, kid) => {
      if ((await port.get(tenant, kid)).state !== 'absent') return port.create(tenant, kid)
      await pause(1)
      await port.create(tenant, kid)
      return fresh()
    },
  })),
  broken('makes a key when asked for one', '§2 a key that was never made is absent', (port) => ({
    get: (tenant, kid) => port.create(tenant, kid),
  })),
  broken('takes an absent key for a destroyed one', '§2 a key that was never made is absent', (port) => ({
    get: async (tenant, kid) => {
      const state = await port.get(tenant, kid)
      return state.state === 'absent'
        ? { state: 'destroyed', destruction: { kid, commitment: '', destroyedAt: '' } }
        : state
    },
  })),
  broken('forgets the commitment of a destroyed key', '§2 a destroyed key leaves its commitment', (port) => ({
    destroy: async (tenant, kid, at) => ({ ...(await port.destroy(tenant, kid, at)), commitment: '' }),
  })),
  broken(
    'makes a destroyed key anew',
    '§2 destroyed is for ever: create',
    (port, { state }) => ({
      create: async (tenant, kid) => {
        const made = await port.create(tenant, kid)
        if (made.state === 'live') return made
        state.set(kid, fresh())
        return state.get(kid)!
      },
    }),
    () => new Map<string, KeyState & { state: 'live' }>(),
  ),
  broken('dates the destruction by the last call', '§2 destroyed is for ever: create', (port) => ({
    destroy: async (tenant, kid, at) => ({ ...(await port.destroy(tenant, kid, at)), destroyedAt: at }),
  })),
  broken('caches a key over its destruction', '§2 destroyed is for ever, also for other instances', (port) => {
    const cache = new Map<string, KeyState>()
    return {
      get: async (tenant, kid) => {
        const state = cache.get(kid) ?? (await port.get(tenant, kid))
        cache.set(kid, state)
        return state
      },
    }
  }),
  broken(
    'refuses to destroy what was never made',
    '§2 a kid that never had a key can be destroyed',
    (port, { handle }) => ({
      destroy: async (tenant, kid, at) => {
        if ((await port.get(tenant, kid)).state !== 'absent') return port.destroy(tenant, kid, at)
        dataOf(handle).keys.get(tenant)?.delete(kid)
        return { kid, commitment: '0'.repeat(64), destroyedAt: at }
      },
    }),
  ),
  broken('loses a destruction to a create at the same moment', '§2 create and destroy at once', (port, { handle }) => ({
    create: async (tenant, kid) => {
      const state = await port.create(tenant, kid)
      const key = state.state === 'live' ? Uint8Array.from(state.key) : fresh().key
      await pause(1)
      dataOf(handle).keys.get(tenant)?.set(kid, key)
      return state
    },
  })),
  broken(
    'makes secrets anew whenever it is asked to make them',
    '§1 a tenant has idKey and saltKey',
    (port, { handle }) => ({
      secrets: (tenant, make) => {
        if (make) dataOf(handle).secrets.delete(tenant)
        return port.secrets(tenant, make)
      },
    }),
  ),
  broken('makes secrets without being asked to', '§1 a tenant has idKey and saltKey', (port) => ({
    secrets: (tenant) => port.secrets(tenant, true),
  })),
  broken('changes the secrets at a rotation', '§1 rotation changes the wrapping only', (port, { handle }) => ({
    rotate: async (tenant) => {
      dataOf(handle).secrets.delete(tenant)
      await port.secrets(tenant, true)
    },
  })),
  broken('changes the keys at a rotation', '§1 rotation changes the wrapping only', (_, { handle }) => ({
    rotate: async (tenant) => {
      const keys = dataOf(handle).keys.get(tenant) ?? new Map<string, Uint8Array | Destruction>()
      for (const [kid, held] of keys) if (held instanceof Uint8Array) keys.set(kid, fresh().key)
    },
  })),
  broken('gives a key before it is durable', '§2 a key is durable before it is given', (port, { handle }) => {
    if (port !== handle.port) dataOf(handle).keys.clear()
    return {}
  }),
  broken('gives the bytes that it keeps', '§2 bytes that are given are copies', (port, { handle }) => ({
    secrets: async (tenant, make) => {
      await port.secrets(tenant, make)
      return dataOf(handle).secrets.get(tenant) as TenantSecrets
    },
  })),
  broken('lists live keys only', '§2 list names every key', (port) => ({
    list: async (tenant) => (await port.list(tenant)).filter(({ state }) => state === 'live'),
  })),
  broken('keeps the keys of all tenants together', '§2 tenants are kept apart', (port) => ({
    create: (_, kid) => port.create('all', kid),
    get: (_, kid) => port.get('all', kid),
    destroy: (_, kid, at) => port.destroy('all', kid, at),
  })),
  broken('wraps a key of its own in place of one that it takes over', '§1 adopt takes secrets', (port) => ({
    adopt: (tenant, { live, ...rest }) =>
      port.adopt(tenant, { ...rest, live: live.map(({ kid }) => ({ kid, key: fresh().key })) }),
  })),
  broken('makes secrets of its own for a tenant that it takes over', '§1 adopt takes secrets', (port) => ({
    adopt: async (tenant, { live, destroyed }) => {
      await port.secrets(tenant, true)
      await port.adopt(tenant, { live, destroyed })
    },
  })),
  broken('takes a store over once only', '§1 adopt again changes nothing', (port) => ({
    adopt: async (tenant, adopted) => {
      if ((await port.list(tenant)).length === 0) await port.adopt(tenant, adopted)
    },
  })),
  broken('takes over what contradicts what stands', '§1 adopt refuses other secrets', (port, { handle }) => ({
    adopt: async (tenant, adopted) => {
      for (const { kid } of [...adopted.live, ...adopted.destroyed]) dataOf(handle).keys.get(tenant)?.delete(kid)
      if (adopted.secrets !== undefined) dataOf(handle).secrets.delete(tenant)
      await port.adopt(tenant, adopted)
    },
  })),
  broken('brings a destroyed key back', '§2 destroyed is for ever, also for adopt', (port, { handle }) => ({
    adopt: async (tenant, adopted) => {
      for (const { kid } of adopted.live) dataOf(handle).keys.get(tenant)?.delete(kid)
      await port.adopt(tenant, adopted)
    },
  })),
  broken('takes over one by one what it looks at only then', '§11 adopt takes nothing', (port) => ({
    adopt: async (tenant, { secrets, live, destroyed }) => {
      for (const key of live) await port.adopt(tenant, { live: [key], destroyed: [] })
      await port.adopt(tenant, { live: [], destroyed, ...(secrets && { secrets }) })
    },
  })),
  broken('makes a key for any kid', '§11 nothing is made or destroyed for a malformed kid', (port) => ({
    create: async (tenant, kid) => port.create(tenant, kid).catch(() => fresh()),
  })),
]
