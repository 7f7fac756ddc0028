import { MemoryOps } from '@rapport/events'
import type { Json, Ops } from '@rapport/events'
import { pause } from '../contracts/check.ts'
import type { OpsHandle } from '../contracts/ops.ts'
import { openMemoryOps } from '../memory.ts'
import { breaksOf } from './broken.ts'
import type { Broken } from './broken.ts'

const broken = breaksOf<Ops, OpsHandle>(openMemoryOps)
const versionOf = async (port: Ops, tenant: string, name: string): Promise<string> =>
  (await port.get(tenant, name))?.version ?? 'none'

/** Adapters that break §5's promises about Ops. */
export const brokenOps: readonly Broken<OpsHandle>[] = [
  broken('ignores expected', '§5 Ops: set is compare-and-set', (port) => ({
    set: async (tenant, name, value) => port.set(tenant, name, value, await versionOf(port, tenant, name)),
  })),
  broken('writes though it answers lost', '§5 Ops: set is compare-and-set', (port) => ({
    set: async (tenant, name, value, expected) => {
      const answer = await port.set(tenant, name, value, expected)
      if (answer === 'lost') await port.set(tenant, name, value, await versionOf(port, tenant, name))
      return answer
    },
  })),
  broken('looks at the version first and sets later', '§5 Ops: of sets at once', (port) => ({
    set: async (tenant, name, value, expected) => {
      if ((await versionOf(port, tenant, name)) !== expected) return 'lost'
      await pause(1)
      return port.set(tenant, name, value, await versionOf(port, tenant, name))
    },
  })),
  broken(
    'counts versions from 1 for every entry',
    '§5 Ops: a version never comes again',
    (port, { state }) => ({
      set: async (tenant, name, value, expected) => {
        const stored = await versionOf(port, tenant, name)
        if ((stored === 'none' ? 'none' : state.get(name)) !== expected) return 'lost'
        const version = stored === 'none' ? '1' : String(Number(state.get(name)) + 1)
        state.set(name, version)
        await port.set(tenant, name, value, stored)
        return { version }
      },
    }),
    () => new Map<string, string>(),
  ),
  broken('removes whatever version stands', '§5 Ops: undefined removes', (port) => ({
    set: async (tenant, name, value, expected) =>
      port.set(tenant, name, value, value === undefined ? await versionOf(port, tenant, name) : expected),
  })),
  broken('sets null where it should remove', '§5 Ops: undefined removes', (port) => ({
    set: (tenant, name, value, expected) => port.set(tenant, name, value ?? null, expected),
  })),
  broken('takes null for a removal', '§5 Ops: every JSON value comes back', (port) => ({
    set: (tenant, name, value, expected) => port.set(tenant, name, value ?? undefined, expected),
  })),
  broken('lists in the order of writing', '§5 Ops: list gives what begins with the prefix', (port) => ({
    list: async (tenant, prefix) =>
      (await port.list(tenant, prefix)).toSorted((a, b) => Number(a.version) - Number(b.version)),
  })),
  broken('lists in the order of UTF-16', '§5 Ops: list gives what begins with the prefix', (port) => ({
    list: async (tenant, prefix) => (await port.list(tenant, prefix)).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })),
  broken('takes % in a prefix for a pattern', '§5 Ops: list gives what begins with the prefix', (port) => ({
    list: (tenant, prefix) => port.list(tenant, prefix.replace(/%$/, '')),
  })),
  broken('lists 1,000 entries at most', '§5 Ops: list gives thousands', (port) => ({
    list: async (tenant, prefix) => (await port.list(tenant, prefix)).slice(0, 1000),
  })),
  broken('lists every tenant for the house', '§5 Ops: tenants are kept apart', (port, { handle }) => ({
    list: async (tenant, prefix) =>
      tenant === '*'
        ? (
            await Promise.all([...(handle.port as MemoryOps).data.tenants.keys()].map((one) => port.list(one, prefix)))
          ).flat()
        : port.list(tenant, prefix),
  })),
  broken('takes no tenant for the house', '§5 Ops: every call takes the tenant first', (port) => ({
    get: (tenant, name) => port.get(tenant || '*', name),
  })),
  broken(
    'keeps the object it was given',
    '§5 Ops: what is stored or given is a copy',
    (port, { state }) => ({
      set: (tenant, name, value, expected) => {
        state.set(name, value)
        return port.set(tenant, name, value, expected)
      },
      get: async (tenant, name) => {
        const got = await port.get(tenant, name)
        return got && { ...got, value: state.get(name) ?? null }
      },
    }),
    () => new Map<string, Json | undefined>(),
  ),
  broken('forgets everything at a restart', '§5 Ops: durable before it answers', (port, { handle }) => {
    if (port !== handle.port) (handle.port as MemoryOps).data.tenants.clear()
    return {}
  }),
  broken('counts versions anew after a restart', '§5 Ops: durable before it answers', (port, { handle }) => {
    if (port !== handle.port) (handle.port as MemoryOps).data.versions = 0
    return {}
  }),
]
