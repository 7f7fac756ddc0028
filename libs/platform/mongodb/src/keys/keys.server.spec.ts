import { randomUUID } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { unwrap } from '@rapport/events'
import type { Keys, KeyState } from '@rapport/events'
import { crashingAt, onServers } from '@rapport/testing'
import { openKeys } from '../index.ts'
import { aMasterKey, dropAll, freshPrefix, serverName, withClient } from '../world.fixture.ts'

const { MONGODB_URL } = process.env
const name = MONGODB_URL === undefined ? 'MongoDB' : await serverName(MONGODB_URL)
const tenant = 't01'
const at = '2026-05-01T10:00:00.000Z'
const person = (): string => `person/${randomUUID()}`
const keyOf = (state: KeyState | undefined): string =>
  state?.state === 'live' ? Buffer.from(state.key).toString('hex') : String(state?.state)

await onServers(['mongodb'], ({ mongodb: url }) => {
  const masterKey = aMasterKey()
  let prefix: string
  let keys: Keys
  const others: Keys[] = []
  const open = (): Promise<Keys> => openKeys({ url, prefix, masterKey })
  const another = async (): Promise<Keys> => {
    const port = await open()
    others.push(port)
    return port
  }
  beforeEach(async () => {
    prefix = freshPrefix()
    keys = await open()
  })
  afterEach(async () => {
    for (const port of [keys, ...others.splice(0)]) await port.close()
    await dropAll(url, prefix)
  })
  type Rows = Record<string, never> & { current: number; wraps: { generation: number; wrapped: Uint8Array }[] }
  const tenantRow = (): Promise<Rows | null> =>
    withClient(url, (client) =>
      client
        .db(`${prefix}-keys`)
        .collection<Rows & { _id: string }>('tenants')
        .findOne({ _id: tenant as never }, { promoteBuffers: true }),
    )
  /** The bytes of every row of the database, as they travel. */
  const bytes = (): Promise<Buffer> =>
    withClient(url, async (client) => {
      const db = client.db(`${prefix}-keys`)
      const rows: Buffer[] = []
      for (const { name: collection } of await db.listCollections().toArray())
        rows.push(...((await db.collection(collection).find({}, { raw: true }).toArray()) as unknown as Buffer[]))
      return Buffer.concat(rows)
    })

  describe(`keys in ${name}`, () => {
    it('stand nowhere in the clear, nor do the secrets, the wrapping key and the master key', async () => {
      const kids = [person(), `engagement/${randomUUID()}`]
      const made = await Promise.all(kids.map((kid) => keys.create(tenant, kid)))
      const secrets = (await keys.secrets(tenant, true))!
      const [wrap] = (await tenantRow())!.wraps
      const wrapKey = unwrap(masterKey, wrap!.wrapped, ['wrapKey', tenant, '1'])
      await keys.rotate(tenant)
      const hay = await bytes()
      expect(hay.includes(kids[0]!)).toBe(true)
      for (const key of [
        ...made.map((each) => (each as { key: Uint8Array }).key),
        ...Object.values(secrets),
        wrapKey,
        masterKey,
      ])
        for (const text of [key, Buffer.from(key).toString('hex'), Buffer.from(key).toString('base64')])
          expect(hay.includes(text)).toBe(false)
    })

    it('leave nothing of their wrapped bytes in the rows when destroyed, and the others as they were', async () => {
      const [one, two] = [person(), person()]
      await keys.create(tenant, one)
      const other = await keys.create(tenant, two)
      const wrapped = await withClient(url, (client) =>
        client
          .db(`${prefix}-keys`)
          .collection<{ _id: string; wrapped: Uint8Array }>('keys')
          .findOne({ _id: `${tenant}\0${one}` }, { promoteBuffers: true }),
      )
      expect((await bytes()).includes(wrapped!.wrapped)).toBe(true)
      await keys.destroy(tenant, one, at)
      expect((await bytes()).includes(wrapped!.wrapped)).toBe(false)
      expect(await keys.get(tenant, two)).toEqual(other)
    })

    it('open only in their own place', async () => {
      const [one, two] = [person(), person()]
      for (const kid of [one, two]) await keys.create(tenant, kid)
      await withClient(url, async (client) => {
        const rows = client.db(`${prefix}-keys`).collection<{ _id: string; wrapped: Uint8Array }>('keys')
        const { wrapped } = (await rows.findOne({ _id: `${tenant}\0${one}` }))!
        await rows.updateOne({ _id: `${tenant}\0${two}` }, { $set: { wrapped } })
      })
      await expect(keys.get(tenant, two)).rejects.toMatchObject({ code: 'corrupt' })
      await expect(keys.rotate(tenant)).rejects.toMatchObject({ code: 'corrupt' })
      expect((await keys.get(tenant, one)).state).toBe('live')
    })

    it('are refused to another master key, also of two that come first at once', async () => {
      await expect(openKeys({ url, prefix, masterKey: aMasterKey() })).rejects.toMatchObject({
        code: 'wrong-master-key',
      })
      for (const wrong of [new Uint8Array(31), 'x'.repeat(32), undefined])
        await expect(openKeys({ url, prefix, masterKey: wrong as Uint8Array })).rejects.toMatchObject({
          code: 'invalid-master-key',
        })
      await dropAll(url, prefix)
      const both = await Promise.allSettled(
        [aMasterKey(), aMasterKey()].map((each) => openKeys({ url, prefix, masterKey: each })),
      )
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      for (const each of both) if (each.status === 'fulfilled') others.push(each.value)
    })
  })

  describe(`rotation in ${name}`, () => {
    it('leaves one wrapping key, another one', async () => {
      await keys.create(tenant, person())
      const before = (await tenantRow())!
      await keys.rotate(tenant)
      const after = (await tenantRow())!
      expect([before.wraps.length, after.wraps.length]).toEqual([1, 1])
      expect(after.wraps[0]!.generation).toBe(2)
    })

    it('beside makers, destroyers and other rotations changes no key and loses none', async () => {
      const ports = [keys, await another(), await another()]
      const given = new Map<string, string>()
      const gone = new Set<string>()
      let done = false
      const making = ports.map(async (port, n) => {
        for (let round = 0; round < 60; round += 1) {
          const kid = person()
          given.set(kid, keyOf(await port.create(tenant, kid)))
          if (round % 5 !== n) continue
          await port.destroy(tenant, kid, at)
          gone.add(kid)
        }
      })
      const rotating = ports.slice(1).map(async (port) => {
        while (!done) await port.rotate(tenant)
      })
      await Promise.all(making)
      done = true
      await Promise.all(rotating)
      expect(given.size).toBe(180)
      for (const [kid, key] of given) expect(keyOf(await keys.get(tenant, kid))).toBe(gone.has(kid) ? 'destroyed' : key)
      expect((await tenantRow())!.wraps).toHaveLength(1)
    })

    it.each([1, 2, 3, 4])('killed at step %s changes no key, and the next one ends it', async (step) => {
      const kids = Array.from({ length: 10 }, person)
      const made = await Promise.all(kids.map(async (kid) => keyOf(await keys.create(tenant, kid))))
      const secrets = await keys.secrets(tenant, true)
      await killed('rapport.crash.inside-rotation', step, `await keys.rotate('${tenant}')`)
      const all = async (): Promise<unknown> => [
        await Promise.all(kids.map(async (kid) => keyOf(await keys.get(tenant, kid)))),
        await keys.secrets(tenant, false),
      ]
      expect(await all()).toEqual([made, secrets])
      await keys.rotate(tenant)
      expect(await all()).toEqual([made, secrets])
      expect((await tenantRow())!.wraps).toHaveLength(1)
    })
  })

  describe(`a maker of a key in ${name}`, () => {
    it.each([1, 2])('killed at step %s has given no key, and a rotation does not mind', async (step) => {
      const kid = person()
      await keys.secrets(tenant, true)
      const other = await keys.create(tenant, person())
      await killed('rapport.crash.inside-key-making', step, `await keys.create('${tenant}', '${kid}')`)
      const left = await keys.get(tenant, kid)
      await keys.rotate(tenant)
      const made = await keys.create(tenant, kid)
      expect([keyOf(other).length, keyOf(made).length]).toEqual([64, 64])
      // Given out is only what was made to the end.
      if (left.state !== 'absent') expect(left).toEqual(made)
      expect([left.state, await keys.get(tenant, kid)]).toEqual([step === 1 ? 'absent' : 'live', made])
    })

    it('killed in the middle leaves a key that can be destroyed', async () => {
      const kid = person()
      await killed('rapport.crash.inside-key-making', 1, `await keys.create('${tenant}', '${kid}')`)
      expect(await keys.list(tenant)).toEqual([])
      const record = await keys.destroy(tenant, kid, at)
      expect(await keys.create(tenant, kid)).toEqual({ state: 'destroyed', destruction: record })
    })
  })

  /** A process that opens the keys, does something and dies at a crash point. */
  async function killed(point: string, nth: number, statement: string): Promise<void> {
    const options = { url, prefix }
    const program = `
      const { openKeys } = await import(${JSON.stringify(new URL('../index.ts', import.meta.url).href)})
      const masterKey = Uint8Array.from(Buffer.from('${Buffer.from(masterKey).toString('hex')}', 'hex'))
      const keys = await openKeys({ ...${JSON.stringify(options)}, masterKey })
      ${statement}
      await keys.close()`
    const how = crashingAt(point, nth)
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(
      process.execPath,
      ['--conditions=@rapport/source', ...how.execArgv, '--input-type=module', '-e', program],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...env, ...how.env },
      },
    )
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
  }
})
