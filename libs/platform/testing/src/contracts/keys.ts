import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { commitmentOf, RapportError } from '@rapport/events'
import type { Adopted, Destruction, Keys, KeyState } from '@rapport/events'
import { fail, holds, same, throws } from './check.ts'
import { register } from './register.ts'
import { promise, restarted, rival } from './suite.ts'
import type { Case, Opened, Suite } from './suite.ts'

export type KeysHandle = Opened<Keys>

const at = '2026-05-01T10:00:00.000Z'
const later = '2026-06-01T10:00:00.000Z'
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')
const person = (): string => `person/${randomUUID()}`
/** A tenant's name that no other case uses, with its secrets made. */
const tenantOf = async (port: Keys): Promise<string> => {
  const tenant = `t${randomUUID().replace(/-/g, '').slice(0, 20)}`
  await port.secrets(tenant, true)
  return tenant
}
const keyOf = (state: KeyState): string =>
  state.state === 'live' ? hex(state.key) : fail(`the key is ${state.state}, not live`)
const told = (state: KeyState): unknown =>
  state.state === 'destroyed' ? state.destruction : fail(`the key is ${state.state}, not destroyed`)
const secretsOf = async (port: Keys, tenant: string): Promise<string[]> => {
  const secrets = await port.secrets(tenant, false)
  return [hex(secrets?.idKey), hex(secrets?.saltKey)]
}

const made = (): { kid: string; key: Uint8Array } => ({ kid: person(), key: Uint8Array.from(randomBytes(32)) })
const recordOf = (key: Uint8Array, kid: string): Destruction => ({
  kid,
  commitment: commitmentOf(key),
  destroyedAt: at,
})
/** What another store might have had of a tenant that nobody else uses. */
const moving = () => ({
  tenant: `t${randomUUID().replace(/-/g, '').slice(0, 20)}`,
  adopted: {
    secrets: { idKey: made().key, saltKey: made().key },
    live: [made(), made(), made()],
    destroyed: [recordOf(made().key, person()), recordOf(made().key, person())],
  },
})

/** Every sentence of contracts §§1, 2 and 11 that Keys can be held to. */
export const keysCases: readonly Case<KeysHandle>[] = [
  promise('§2 a subject has one key of 32 bytes: create makes it, then gives it', async ({ port }) => {
    const tenant = await tenantOf(port)
    const [one, two] = [person(), `engagement/${randomUUID()}`]
    const key = keyOf(await port.create(tenant, one))
    same(key.length, 64, 'hex digits')
    same([keyOf(await port.create(tenant, one)), keyOf(await port.get(tenant, one))], [key, key], 'given again')
    holds(keyOf(await port.create(tenant, two)) !== key, 'another subject has another key')
  }),

  promise('§11 create is compare-and-set: at once, from two instances, one key is made', async (handle) => {
    const { port } = handle
    const tenant = await tenantOf(port)
    const other = await rival(handle)
    for (let round = 0; round < 4; round += 1) {
      const kid = person()
      const states = await Promise.all([port, other, port, other].map((one) => one.create(tenant, kid)))
      same([...new Set(states.map(keyOf))], [keyOf(await port.get(tenant, kid))], 'keys')
    }
  }),

  promise('§2 a key that was never made is absent, not destroyed, and get makes none', async ({ port }) => {
    const tenant = await tenantOf(port)
    const kid = person()
    same(await port.get(tenant, kid), { state: 'absent' }, 'get')
    same(await port.get(tenant, kid), { state: 'absent' }, 'get again')
    same(await port.list(tenant), [], 'list')
  }),

  promise("§2 a destroyed key leaves its commitment, SHA-256('kc' ‖ key) in hex", async ({ port }) => {
    const tenant = await tenantOf(port)
    const kid = person()
    const key = Buffer.from(keyOf(await port.create(tenant, kid)), 'hex')
    const commitment = createHash('sha256')
      .update(Buffer.concat([Buffer.from('kc'), key]))
      .digest('hex')
    same(await port.destroy(tenant, kid, at), { kid, commitment, destroyedAt: at }, 'the answer')
    same(await port.get(tenant, kid), { state: 'destroyed', destruction: { kid, commitment, destroyedAt: at } }, 'get')
  }),

  promise('§2 destroyed is for ever: create and a second destroy give the first record', async ({ port }) => {
    const tenant = await tenantOf(port)
    const kid = person()
    await port.create(tenant, kid)
    const record = await port.destroy(tenant, kid, at)
    same(told(await port.create(tenant, kid)), record, 'create')
    same(await port.destroy(tenant, kid, later), record, 'destroy again')
    await port.rotate(tenant)
    same(told(await port.create(tenant, kid)), record, 'create after a rotation')
  }),

  promise('§2 destroyed is for ever, also for other instances and after a restart', async (handle) => {
    const tenant = await tenantOf(handle.port)
    const other = await rival(handle)
    const kid = person()
    await other.create(tenant, kid)
    await other.get(tenant, kid)
    const record = await handle.port.destroy(tenant, kid, at)
    same(told(await other.get(tenant, kid)), record, 'another instance')
    const port = await restarted(handle)
    same([told(await port.get(tenant, kid)), told(await port.create(tenant, kid))], [record, record], 'after a restart')
  }),

  promise('§2 a kid that never had a key can be destroyed, and gets none later', async ({ port }) => {
    const tenant = await tenantOf(port)
    const [one, two] = [person(), person()]
    const record = await port.destroy(tenant, one, at)
    same([record.kid, record.destroyedAt, /^[0-9a-f]{64}$/.test(record.commitment)], [one, at, true], 'the record')
    same([told(await port.get(tenant, one)), told(await port.create(tenant, one))], [record, record], 'get and create')
    holds((await port.destroy(tenant, two, at)).commitment !== record.commitment, 'each has a commitment of its own')
  }),

  promise(
    '§2 create and destroy at once end destroyed, with the commitment of the key that was given',
    async ({ port }) => {
      const tenant = await tenantOf(port)
      for (let round = 0; round < 4; round += 1) {
        const kid = person()
        const [state, record] = await Promise.all([port.create(tenant, kid), port.destroy(tenant, kid, at)])
        same(told(await port.get(tenant, kid)), record, 'get')
        if (state.state === 'destroyed') same(state.destruction, record, 'create')
        else same(createHash('sha256').update('kc').update(state.key).digest('hex'), record.commitment, 'commitment')
      }
    },
  ),

  promise('§1 a tenant has idKey and saltKey, made once and never changed', async (handle) => {
    const { port } = handle
    const other = await rival(handle)
    const tenant = `t${randomUUID().replace(/-/g, '').slice(0, 20)}`
    same(await port.secrets(tenant, false), undefined, 'before they are made')
    const made = await Promise.all([port, other, port].map((one) => one.secrets(tenant, true)))
    const [idKey, saltKey] = await secretsOf(port, tenant)
    holds(idKey!.length >= 64 && saltKey!.length >= 64 && idKey !== saltKey, 'two keys of 32 bytes or more')
    for (const one of made) same([hex(one?.idKey), hex(one?.saltKey)], [idKey, saltKey], 'made at once')
    same(await secretsOf(port, await tenantOf(port)).then(([id]) => id !== idKey), true, 'another tenant has others')
  }),

  promise('§1 rotation changes the wrapping only: keys, secrets and records stay', async (handle) => {
    const tenant = await tenantOf(handle.port)
    const [live, gone] = [person(), person()]
    const key = keyOf(await handle.port.create(tenant, live))
    await handle.port.create(tenant, gone)
    const record = await handle.port.destroy(tenant, gone, at)
    const secrets = await secretsOf(handle.port, tenant)
    const all = async (port: Keys): Promise<unknown> => [
      keyOf(await port.get(tenant, live)),
      told(await port.get(tenant, gone)),
      await secretsOf(port, tenant),
    ]
    for (let round = 0; round < 3; round += 1) await handle.port.rotate(tenant)
    same(await all(handle.port), [key, record, secrets], 'after the rotation')
    same(await all(await restarted(handle)), [key, record, secrets], 'after a restart')
  }),

  promise('§2 a key is durable before it is given', async (handle) => {
    const tenant = await tenantOf(handle.port)
    const kids = Array.from({ length: 5 }, person)
    const keys = (await Promise.all(kids.map((kid) => handle.port.create(tenant, kid)))).map(keyOf)
    const secrets = await secretsOf(handle.port, tenant)
    const port = await restarted(handle)
    const again = (await Promise.all(kids.map((kid) => port.get(tenant, kid)))).map(keyOf)
    same([again, await secretsOf(port, tenant)], [keys, secrets], 'keys and secrets')
  }),

  promise('§2 bytes that are given are copies', async ({ port }) => {
    const tenant = await tenantOf(port)
    const kid = person()
    const made = await port.create(tenant, kid)
    const [key, secrets] = [keyOf(made), await secretsOf(port, tenant)]
    if (made.state === 'live') made.key.fill(0)
    const got = await port.get(tenant, kid)
    if (got.state === 'live') got.key.fill(0)
    for (const make of [true, false]) {
      const given = await port.secrets(tenant, make)
      given?.idKey.fill(0)
      given?.saltKey.fill(0)
    }
    same([keyOf(await port.get(tenant, kid)), keyOf(await port.create(tenant, kid))], [key, key], 'the key')
    same(await secretsOf(port, tenant), secrets, 'the secrets')
  }),

  promise('§2 list names every key of a tenant and its state; tenants names the tenants', async ({ port }) => {
    const [tenant, other] = [await tenantOf(port), await tenantOf(port)]
    const [live, gone, never] = [person(), person(), person()]
    await port.create(tenant, live)
    await port.create(tenant, gone)
    await port.destroy(tenant, gone, at)
    await port.destroy(tenant, never, at)
    const byKid = [...(await port.list(tenant))].sort((a, b) => (a.kid < b.kid ? -1 : 1))
    const expected = [live, gone, never].map((kid) => ({ kid, state: kid === live ? 'live' : 'destroyed' }))
    same(
      byKid,
      expected.sort((a, b) => (a.kid < b.kid ? -1 : 1)),
      'list',
    )
    same(await port.list(other), [], 'list of another tenant')
    const tenants = await port.tenants()
    same([tenants.filter((name) => name === tenant).length, tenants.includes(other)], [1, true], 'tenants')
  }),

  promise('§2 tenants are kept apart: the same kid has a key in each, destroyed in one only', async ({ port }) => {
    const [one, two] = [await tenantOf(port), await tenantOf(port)]
    const kid = person()
    const keys = [keyOf(await port.create(one, kid)), keyOf(await port.create(two, kid))]
    holds(keys[0] !== keys[1], 'two keys')
    await port.destroy(one, kid, at)
    same(keyOf(await port.get(two, kid)), keys[1], "the other tenant's key")
    same((await port.get(await tenantOf(port), kid)).state, 'absent', 'the state for a third tenant')
  }),

  promise('§1 adopt takes secrets, keys and records of another store as they are, durably', async (handle) => {
    const { tenant, adopted } = moving()
    await handle.port.adopt(tenant, adopted)
    const all = async (port: Keys): Promise<unknown> => [
      await secretsOf(port, tenant),
      await Promise.all(adopted.live.map(async ({ kid }) => keyOf(await port.get(tenant, kid)))),
      await Promise.all(adopted.destroyed.map(async ({ kid }) => told(await port.get(tenant, kid)))),
      (await port.list(tenant)).length,
      (await port.tenants()).includes(tenant),
    ]
    const expected = [
      [hex(adopted.secrets.idKey), hex(adopted.secrets.saltKey)],
      adopted.live.map(({ key }) => hex(key)),
      adopted.destroyed,
      adopted.live.length + adopted.destroyed.length,
      true,
    ]
    same(await all(handle.port), expected, 'taken')
    await handle.port.rotate(tenant)
    same(await all(handle.port), expected, 'after a rotation')
    same(await all(await restarted(handle)), expected, 'after a restart')
  }),

  promise('§1 adopt again changes nothing, and takes what is new beside it', async (handle) => {
    const { port } = handle
    const other = await rival(handle)
    const { tenant, adopted } = moving()
    await Promise.all([port.adopt(tenant, adopted), other.adopt(tenant, adopted)])
    const later = { live: [made(), ...adopted.live], destroyed: adopted.destroyed }
    await port.adopt(tenant, later)
    same(keyOf(await other.get(tenant, later.live[0]!.kid)), hex(later.live[0]!.key), 'what is new')
    same(await secretsOf(port, tenant), [hex(adopted.secrets.idKey), hex(adopted.secrets.saltKey)], 'the secrets')
    same((await port.list(tenant)).length, later.live.length + later.destroyed.length, 'all keys')
  }),

  promise('§1 adopt refuses other secrets, another key or another record, and what stands stays', async ({ port }) => {
    const { tenant, adopted } = moving()
    await port.adopt(tenant, adopted)
    const [{ kid, key }, record] = [adopted.live[0]!, adopted.destroyed[0]!]
    const none = { live: [], destroyed: [] }
    const others: readonly (readonly [string, Adopted])[] = [
      ['other secrets', { ...none, secrets: moving().adopted.secrets }],
      ['another key', { ...none, live: [{ kid, key: made().key }] }],
      ['another key than the destroyed one', { ...none, live: [{ kid: record.kid, key: made().key }] }],
      ['a record of another key', { ...none, destroyed: [recordOf(made().key, kid)] }],
      ['another record', { ...none, destroyed: [recordOf(made().key, record.kid)] }],
    ]
    for (const [what, other] of others) {
      const { code } = await throws(RapportError, () => port.adopt(tenant, other), what)
      same(code, 'keys-differ', `the code for ${what}`)
    }
    same(await secretsOf(port, tenant), [hex(adopted.secrets.idKey), hex(adopted.secrets.saltKey)], 'the secrets')
    same(keyOf(await port.get(tenant, kid)), hex(key), 'the key')
    same(told(await port.get(tenant, record.kid)), record, 'the record')
  }),

  promise(
    '§2 destroyed is for ever, also for adopt: a record destroys its key, no key brings one back',
    async ({ port }) => {
      const tenant = await tenantOf(port)
      const { kid, key } = made()
      await port.adopt(tenant, { live: [{ kid, key }], destroyed: [] })
      const record = recordOf(key, kid)
      await port.adopt(tenant, { live: [], destroyed: [record] })
      same(told(await port.get(tenant, kid)), record, 'destroyed')
      await port.adopt(tenant, { live: [{ kid, key }], destroyed: [] })
      same([told(await port.get(tenant, kid)), told(await port.create(tenant, kid))], [record, record], 'after the key')
    },
  ),

  promise('§11 adopt takes nothing of what no store can have had', async ({ port }) => {
    const tenant = await tenantOf(port)
    const { kid, key } = made()
    const none = { live: [], destroyed: [] }
    const record = recordOf(key, person())
    for (const bad of [
      {
        ...none,
        live: [
          { kid, key },
          { kid: 'Person', key },
        ],
      },
      {
        ...none,
        live: [
          { kid, key },
          { kid: person(), key: key.slice(0, 16) },
        ],
      },
      { live: [{ kid, key }], destroyed: [{ ...record, commitment: 'none' }] },
      { live: [{ kid, key }], destroyed: [{ ...record, destroyedAt: 'then' }] },
      { live: [{ kid, key }], destroyed: [], secrets: { idKey: key.slice(0, 8), saltKey: key } },
    ])
      await throws(RapportError, () => port.adopt(tenant, bad), JSON.stringify(bad))
    await throws(RapportError, () => port.adopt('', { ...none, live: [{ kid, key }] }), 'no tenant')
    same(await port.list(tenant), [], 'list')
  }),

  promise('§11 nothing is made or destroyed for a malformed kid or an empty tenant', async ({ port }) => {
    const tenant = await tenantOf(port)
    const uuid = randomUUID()
    for (const kid of [
      '',
      'person',
      uuid,
      `Person/${uuid}`,
      `person/${uuid.toUpperCase()}`,
      `person/${uuid}x`,
      'person/%',
      undefined,
      { $ne: null },
    ]) {
      await throws(RapportError, () => port.create(tenant, kid as string), `create ${JSON.stringify(kid)}`)
      await throws(RapportError, () => port.destroy(tenant, kid as string, at), `destroy ${JSON.stringify(kid)}`)
    }
    for (const none of ['', undefined, { $ne: null }]) {
      await throws(RapportError, () => port.create(none as string, person()), `tenant ${JSON.stringify(none)}`)
      await throws(RapportError, () => port.secrets(none as string, true), `secrets of ${JSON.stringify(none)}`)
    }
    same(await port.list(tenant), [], 'list')
  }),
]

/** Registers the suite of the Keys port with Jest. */
export const keysContract = (suite: Suite<KeysHandle>): void => register('Keys', keysCases, suite)
