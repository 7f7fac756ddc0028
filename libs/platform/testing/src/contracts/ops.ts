import { randomUUID } from 'node:crypto'
import { HOUSE, RapportError } from '@rapport/events'
import type { Json, Ops } from '@rapport/events'
import { holds, same, throws } from './check.ts'
import { register } from './register.ts'
import { promise, restarted, rival } from './suite.ts'
import type { Case, Opened, Suite } from './suite.ts'

export type OpsHandle = Opened<Ops>

const T1 = 'tenant-one'
const T2 = 'tenant-two'
const fresh = (): string => `suite/${randomUUID()}/`

/** Sets and expects to win; answers the version. */
async function won(
  port: Ops,
  tenant: string,
  name: string,
  value: Json | undefined,
  expected: string,
): Promise<string> {
  const answer = await port.set(tenant, name, value, expected)
  holds(answer !== 'lost', `the set of ${name} on ${expected} is written`)
  return answer.version
}

const values: readonly Json[] = [
  null,
  false,
  0,
  -1.5,
  Number.MAX_SAFE_INTEGER,
  '',
  'a\u0000b 会 😀 \ufeff',
  [],
  {},
  [null, [1, { a: null }]],
  { $set: { x: 1 }, 'a.b': 2, _id: 3, tenant: 'x', version: 'y', nested: { text: '长'.repeat(50_000) } },
]

/** Every sentence of contracts §5 that Ops can be held to. */
export const opsCases: readonly Case<OpsHandle>[] = [
  promise('§5 Ops: set is compare-and-set by name', async ({ port }) => {
    const name = `${fresh()}a`
    same(await port.get(T1, name), undefined, 'before any')
    same(await port.set(T1, name, 0, 'x'), 'lost', 'a version, nothing stored')
    const first = await won(port, T1, name, { n: 1 }, 'none')
    same(await port.get(T1, name), { value: { n: 1 }, version: first }, 'after the first')
    same(await port.set(T1, name, { n: 2 }, 'none'), 'lost', 'none, something stored')
    const second = await won(port, T1, name, { n: 3 }, first)
    same(await port.set(T1, name, { n: 4 }, first), 'lost', 'the version before')
    same(await port.get(T1, name), { value: { n: 3 }, version: second }, 'after the lost sets')
  }),

  promise('§5 Ops: of sets at once with one expectation exactly one is written', async (handle) => {
    const { port } = handle
    const other = await rival(handle)
    const name = `${fresh()}a`
    let expected = 'none'
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all([port, other, port, other].map((one, n) => one.set(T1, name, n, expected)))
      same(answers.filter((answer) => answer !== 'lost').length, 1, 'written sets')
      const now = await other.get(T1, name)
      same(
        now?.value,
        answers.findIndex((answer) => answer !== 'lost'),
        'value',
      )
      expected = now!.version
    }
  }),

  promise('§5 Ops: a version never comes again, not after the same value, not after a removal', async ({ port }) => {
    const name = `${fresh()}a`
    const versions: string[] = []
    for (let round = 0; round < 3; round += 1) {
      versions.push(await won(port, T1, name, 1, 'none'))
      versions.push(await won(port, T1, name, 1, versions.at(-1)!))
      await won(port, T1, name, undefined, versions.at(-1)!)
    }
    same(new Set(versions).size, versions.length, 'versions')
    await won(port, T1, name, 1, 'none')
    for (const version of versions) same(await port.set(T1, name, 2, version), 'lost', 'a set on a version of before')
  }),

  promise('§5 Ops: undefined removes, by compare-and-set too', async ({ port }) => {
    const prefix = fresh()
    const name = `${prefix}a`
    const version = await won(port, T1, name, 1, 'none')
    same(
      [await port.set(T1, name, undefined, 'none'), await port.set(T1, name, undefined, 'x')],
      ['lost', 'lost'],
      'sets',
    )
    same((await port.get(T1, name))?.value, 1, 'still there')
    await won(port, T1, name, undefined, version)
    same([await port.get(T1, name), await port.list(T1, prefix)], [undefined, []], 'after the removal')
    same(await port.set(T1, name, 2, version), 'lost', 'a set on the version before the removal')
    await won(port, T1, name, 2, 'none')
  }),

  promise('§5 Ops: every JSON value comes back as it was set, null is one', async ({ port }) => {
    const prefix = fresh()
    for (const [n, value] of values.entries()) {
      const name = `${prefix}${String(n).padStart(2, '0')}`
      await won(port, T1, name, value, 'none')
      const got = await port.get(T1, name)
      holds(got !== undefined, `value ${n} is there`)
      same(got.value, value, `value ${n}`)
    }
    same(
      (await port.list(T1, prefix)).map(({ value }) => value),
      values,
      'listed values',
    )
  }),

  promise('§5 Ops: list gives what begins with the prefix, in order of name by UTF-8 bytes', async ({ port }) => {
    const prefix = fresh()
    const names = ['', '%', '*', 'A', 'B', '_', 'a', 'a%', 'a/b', 'aa', 'b', 'é', '会', '﹏', '😀']
    for (const [n] of names.entries()) {
      const at = (n * 7) % names.length
      await won(port, T1, `${prefix}${names[at]}`, at, 'none')
    }
    const list = async (more: string): Promise<string[]> =>
      (await port.list(T1, `${prefix}${more}`)).map(({ name }) => name.slice(prefix.length))
    same(await list(''), names, 'all')
    same(
      (await port.list(T1, prefix)).map(({ value }) => value),
      [...names.keys()],
      'values',
    )
    same(await list('a'), ['a', 'a%', 'a/b', 'aa'], 'a')
    same(
      [await list('%'), await list('_'), await list('*'), await list('a%'), await list('?')],
      [['%'], ['_'], ['*'], ['a%'], []],
      'a prefix is no pattern',
    )
    same([await list('A'), await list('﹏'), await list('zz')], [['A'], ['﹏'], []], 'exact')
    const [one] = await port.list(T1, `${prefix}aa`)
    same(one, { name: `${prefix}aa`, ...(await port.get(T1, `${prefix}aa`)) }, 'name, value and version')
  }),

  promise('§5 Ops: list gives thousands of entries', async ({ port }) => {
    const prefix = fresh()
    const names = Array.from({ length: 1200 }, (_, n) => `${prefix}${String(n).padStart(5, '0')}`)
    await Promise.all(names.map((name) => won(port, T1, name, 1, 'none')))
    same(
      (await port.list(T1, prefix)).map(({ name }) => name),
      names,
      'names',
    )
  }),

  promise('§5 Ops: tenants are kept apart, the house is one of its own', async ({ port }) => {
    const prefix = fresh()
    const name = `${prefix}a`
    const tenants = [T1, T2, HOUSE]
    const versions = []
    for (const tenant of tenants) versions.push(await won(port, tenant, name, tenant, 'none'))
    for (const [n, tenant] of tenants.entries()) {
      same((await port.get(tenant, name))?.value, tenant, 'value')
      same(
        (await port.list(tenant, prefix)).map(({ value }) => value),
        [tenant],
        'list',
      )
      if (n > 0) await won(port, tenant, name, undefined, versions[n]!)
    }
    same([(await port.get(T1, name))?.value, await port.get('tenant', name)], [T1, undefined], 'the others are gone')
  }),

  promise('§5 Ops: every call takes the tenant first: without one it throws', async ({ port }) => {
    for (const none of ['', undefined, null, { $ne: null }]) {
      const tenant = none as string
      for (const call of [
        () => port.get(tenant, 'a'),
        () => port.set(tenant, 'a', 1, 'none'),
        () => port.list(tenant, ''),
      ]) {
        await throws(RapportError, call, `a call with tenant ${JSON.stringify(none)}`)
      }
    }
  }),

  promise('§5 Ops: what is stored or given is a copy', async ({ port }) => {
    const name = `${fresh()}a`
    const value = { list: [1] }
    await won(port, T1, name, value, 'none')
    value.list.push(2)
    same((await port.get(T1, name))?.value, { list: [1] }, 'after the set value changed')
  }),

  promise(
    '§5 Ops: durable before it answers: values, versions and removals are there after a restart',
    async (handle) => {
      const prefix = fresh()
      const kept = await won(handle.port, T1, `${prefix}a`, { n: 1 }, 'none')
      const gone = await won(handle.port, T1, `${prefix}b`, 1, 'none')
      await won(handle.port, T1, `${prefix}b`, undefined, gone)
      const port = await restarted(handle)
      same(await port.list(T1, prefix), [{ name: `${prefix}a`, value: { n: 1 }, version: kept }], 'entries')
      const anew = await won(port, T1, `${prefix}b`, 2, 'none')
      holds(anew !== gone && anew !== kept, 'a version of its own')
      await won(port, T1, `${prefix}a`, 3, kept)
    },
  ),
]

/** Registers the suite of the Ops port with Jest. */
export const opsContract = (suite: Suite<OpsHandle>): void => register('Ops', opsCases, suite)
