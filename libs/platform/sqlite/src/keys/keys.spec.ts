import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { commitmentOf } from '@rapport/events'
import { openFolder } from '../index.ts'
import type { DataFolder } from '../index.ts'

let dir: string
let folder: DataFolder
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-keys-'))
  folder = await openFolder(dir)
})
afterEach(async () => {
  await folder.close()
  rmSync(dir, { recursive: true, force: true })
})

const tenant = 'acme'
const kid = (): string => `person/${randomUUID()}`
/** Every byte of every file of the folder that belongs to the keys. */
const bytes = (): Buffer =>
  Buffer.concat(
    readdirSync(dir)
      .filter((name) => name.startsWith('keys'))
      .map((name) => readFileSync(join(dir, name))),
  )
const column = (sql: string, ...values: string[]): Buffer =>
  Buffer.from(Object.values(folder.files.keys.raw.prepare(sql).get(...values)!)[0] as Uint8Array)
const wrapped = (of: string): Buffer => column('SELECT wrapped FROM keys WHERE kid = ?', of)
/** No run of 8 bytes of it is left. */
const gone = (needle: Buffer): boolean => {
  const hay = bytes()
  for (let at = 0; at + 8 <= needle.length; at++) if (hay.includes(needle.subarray(at, at + 8))) return false
  return true
}

describe('destroy', () => {
  it.each([1, 2, 50, 400])("leaves nothing of the key's wrapped bytes in the files, among %s keys", async (count) => {
    const kids = Array.from({ length: count }, kid)
    for (const each of kids) await folder.keys.create(tenant, each)
    for (const each of kids.filter((_, n) => n % 7 === 0)) {
      const [before, state] = [wrapped(each), await folder.keys.get(tenant, each)]
      expect(bytes().includes(before)).toBe(true)
      const { commitment } = await folder.keys.destroy(tenant, each, '2026-01-01T00:00:00.000Z')
      expect(commitment).toBe(state.state === 'live' && commitmentOf(state.key))
      expect(gone(before)).toBe(true)
    }
  })

  it('leaves the other keys as they were', async () => {
    const [one, two] = [kid(), kid()]
    await folder.keys.create(tenant, one)
    const other = await folder.keys.create(tenant, two)
    await folder.keys.destroy(tenant, one, '2026-01-01T00:00:00.000Z')
    expect(await folder.keys.get(tenant, two)).toEqual(other)
  })
})

describe('rotate', () => {
  it('wraps every key anew and leaves nothing of the old wrapping, nor of the old wrapping key', async () => {
    const kids = Array.from({ length: 20 }, kid)
    await folder.keys.secrets(tenant, true)
    for (const each of kids) await folder.keys.create(tenant, each)
    const before = [column('SELECT wrap_key FROM tenants'), column('SELECT id_key FROM tenants'), ...kids.map(wrapped)]
    await folder.keys.rotate(tenant)
    for (const each of before) expect(gone(each)).toBe(true)
  })

  it('changes nothing when a key does not open', async () => {
    const [one, two] = [kid(), kid()]
    for (const each of [one, two]) await folder.keys.create(tenant, each)
    folder.files.keys.raw.prepare('UPDATE keys SET wrapped = zeroblob(60) WHERE kid = ?').run(two)
    const before = wrapped(one)
    await expect(folder.keys.rotate(tenant)).rejects.toMatchObject({ code: 'corrupt' })
    expect(wrapped(one)).toEqual(before)
  })
})

describe('wrapped keys', () => {
  it('never stand in the file in the clear', async () => {
    const state = await folder.keys.create(tenant, kid())
    const secrets = await folder.keys.secrets(tenant, true)
    for (const key of [state.state === 'live' && state.key, secrets?.idKey, secrets?.saltKey])
      expect(bytes().includes(Buffer.from(key as Uint8Array))).toBe(false)
  })

  it('open only in their own place', async () => {
    const [one, two] = [kid(), kid()]
    for (const each of [one, two]) await folder.keys.create(tenant, each)
    folder.files.keys.raw
      .prepare('UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE kid = ?) WHERE kid = ?')
      .run(one, two)
    await expect(folder.keys.get(tenant, two)).rejects.toMatchObject({ code: 'corrupt' })
  })
})
