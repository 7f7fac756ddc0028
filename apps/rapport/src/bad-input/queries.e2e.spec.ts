import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { scratch } from '../cli.fixture.ts'
import { delay, portal } from '../http.fixture.ts'
import { served, type Served } from '../served.fixture.ts'
import { docsOf, viewsOf } from './docs.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('queries')
let house: Served
let views: ReturnType<typeof viewsOf>
let engagement: string
let head: string

beforeAll(async () => {
  house = await served(folder.path('data'))
  views = viewsOf(await docsOf(house.server.url))
  const pm = await house.http('pm')
  await portal(pm)
  ;({ engagement } = await portal(pm))
  for (let n = 0; n < 2; n++) {
    await pm.done('/api/communication/disclosures', { ...delay, engagement })
    const contact = { engagement, channel: 'chat', direction: 'inbound', summary: 'Hello' }
    await pm.done('/api/communication/interactions', contact)
  }
  await house.server.settled()
  head = await house.server.folder.events.head([])
})
afterAll(async () => {
  await house.server.close()
  await folder.clean()
})
const nothingStored = async (): Promise<void> => expect(await house.server.folder.events.head([])).toBe(head)

describe('a query that does not fit is refused, and names the parameter', () => {
  test('BR-61 BR-63 unknown, repeated, of a prototype, with brackets: 400 for every view', async () => {
    const admin = await house.http('admin')
    for (const [path] of views) {
      const view = path.replace('{id}', randomUUID())
      for (const query of [
        ...['nonsense=1', '__proto__=1', 'constructor=1', '__proto__[role]=admin', 'constructor.prototype.role=admin'],
        ...['owner[$ne]=x', 'engagement[$gt]=', 'asOf=2026-01-01&asOf=2026-01-02', '%ff=1', 'asOf=%ff', '=1'],
      ]) {
        const { status, body } = await admin.get(`${view}?${query}`)
        expect([view, query, status, body['code']]).toEqual([view, query, 400, 'invalid-query'])
      }
    }
    expect(({} as { role?: string }).role).toBeUndefined()
    await nothingStored()
  })

  test('BR-59 BR-63 whatever a parameter says: a known code, never a document of another filter, never 5xx', async () => {
    const admin = await house.http('admin')
    const values = [
      ...[
        '',
        '0',
        '-1',
        '501',
        '1e3',
        '%00',
        'x%00y',
        '__proto__',
        '{"$gt":""}',
        '{"$ne":null}',
        '[]',
        'undefined',
        'null',
      ],
      ...[
        '2026-02-30',
        '-2012',
        '1900-01-01',
        '2199-12-31',
        '2199-12-31T23:59:59.999Z',
        '99999999999999999999',
        'x'.repeat(900),
      ],
      ...['e30', 'bnVsbA', 'WzFd', 'IiI', randomUUID(), '%F0%9F%98%80'],
    ]
    let asked = 0
    for (const [path, names] of views) {
      for (const name of names)
        for (const value of values) {
          const query = new URLSearchParams(names.includes('engagement') && name !== 'engagement' ? { engagement } : {})
          const text = `${query}&${name}=${value.startsWith('%') || value.includes('%') ? value : encodeURIComponent(value)}`
          const { status, body } = await admin.get(`${path.replace('{id}', engagement)}?${text}`)
          const { code, items } = body as { code?: string; items?: unknown[] }
          expect([
            path,
            name,
            value,
            status === 200 || (status >= 400 && status < 500 && /^[a-z-]+$/.test(code!)),
          ]).toEqual([...[path, name, value, true]])
          if (status === 200 && value.includes('$')) expect([path, name, items]).toEqual([path, name, []])
          asked++
        }
    }
    expect(asked).toBeGreaterThan(2_000)
    await nothingStored()
  })

  test('BR-63 a cursor that somebody made is none, or goes on where it says: never an error of ours', async () => {
    const admin = await house.http('admin')
    let asked = 0
    for (const [path, names] of views) {
      if (!names.includes('cursor')) continue
      const of = names.includes('engagement') ? `engagement=${engagement}&` : ''
      const { cursor } = (await admin.get(`${path}?${of}limit=1`)).body as { cursor?: string }
      if (cursor === undefined) continue
      const real = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as object
      for (const change of [
        ...[{ k: 7 }, { k: null }, { k: ['x'] }, { k: { $gt: '' } }, { k: 1e300 }, { k: '\u0000' }, { k: undefined }],
        ...[{ i: 7 }, { i: '' }, { i: 'x'.repeat(500) }, { i: '\u0000' }, { i: null }, { i: { $ne: null } }],
        ...[{ m: 'x' }, { m: null }, { m: 'persons.v99.internal' }, { f: null }, { f: {} }],
      ]) {
        const made = Buffer.from(JSON.stringify({ ...real, ...change })).toString('base64url')
        const { status, body } = await admin.get(`${path}?${of}limit=1&cursor=${made}`)
        const code = (body as { code?: string }).code
        const right =
          status === 200 || (status === 400 && ['cursor-invalid', 'cursor-stale', 'invalid-query'].includes(code!))
        expect([path, change, status, code, right]).toEqual([path, change, status, code, true])
        asked++
      }
      // Half of a character, as only an escape can write it.
      const half = Buffer.from(JSON.stringify({ ...real, i: 'HALF' }).replace('HALF', '\\ud800')).toString('base64url')
      expect((await admin.get(`${path}?${of}limit=1&cursor=${half}`)).status).toBeLessThan(500)
    }
    expect(asked).toBeGreaterThan(50)
    await nothingStored()
  })
})
