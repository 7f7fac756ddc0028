import { InvalidQuery } from '../errors.ts'
import type { Json, Ops } from '../ports.ts'
import { compareUtf8 } from './utf8.ts'

/** What outlives an instance: per tenant and name the JSON text and its version. */
export interface MemoryOpsData {
  readonly tenants: Map<string, Map<string, { readonly text: string; readonly version: string }>>
  versions: number
}
export const memoryOpsData = (): MemoryOpsData => ({ tenants: new Map(), versions: 0 })

/** {@link Ops} in memory; a version is never given twice, so a removed and remade entry is not taken for the old one. */
export class MemoryOps implements Ops {
  readonly data: MemoryOpsData

  constructor(options: { readonly data?: MemoryOpsData } = {}) {
    this.data = options.data ?? memoryOpsData()
  }

  async get(tenant: string, name: string): Promise<{ readonly value: Json; readonly version: string } | undefined> {
    const entry = this.#of(tenant).get(name)
    return entry && { value: JSON.parse(entry.text) as Json, version: entry.version }
  }

  async set(
    tenant: string,
    name: string,
    value: Json | undefined,
    expected: 'none' | string,
  ): Promise<{ readonly version: string } | 'lost'> {
    const entries = this.#of(tenant)
    if ((entries.get(name)?.version ?? 'none') !== expected) return 'lost'
    this.data.versions += 1
    const version = String(this.data.versions)
    if (value === undefined) entries.delete(name)
    else entries.set(name, { text: JSON.stringify(value), version })
    return { version }
  }

  async list(
    tenant: string,
    prefix: string,
  ): Promise<readonly { readonly name: string; readonly value: Json; readonly version: string }[]> {
    return [...this.#of(tenant)]
      .filter(([name]) => name.startsWith(prefix))
      .sort(([a], [b]) => compareUtf8(a, b))
      .map(([name, { text, version }]) => ({ name, value: JSON.parse(text) as Json, version }))
  }

  async close(): Promise<void> {}

  #of(tenant: string): Map<string, { readonly text: string; readonly version: string }> {
    if (typeof tenant !== 'string' || tenant === '') throw new InvalidQuery('no tenant')
    const entries =
      this.data.tenants.get(tenant) ?? new Map<string, { readonly text: string; readonly version: string }>()
    this.data.tenants.set(tenant, entries)
    return entries
  }
}
