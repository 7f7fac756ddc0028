import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Json } from '@rapport/events'
import type { TokenRole } from '@rapport/service'
import { randomUUID } from 'node:crypto'
import { scratch } from '../cli.fixture.ts'
import { portal, type Http } from '../http.fixture.ts'
import { served, type Served } from '../served.fixture.ts'
import { brokenBodies } from './broken-bodies.fixture.ts'
import { docsOf, schemaOf, type Docs, type Post } from './docs.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('bodies')
let house: Served
let docs: Docs
let posts: readonly (readonly [path: string, post: Post, http: Http])[]
let engagement: string
let head: string

beforeAll(async () => {
  house = await served(folder.path('data'))
  docs = await docsOf(house.server.url)
  ;({ engagement } = await portal(await house.http('pm')))
  const of = async (roles: readonly string[]): Promise<Http> => {
    const role = roles.find((one) => one !== 'system') ?? 'admin'
    return house.http(role as TokenRole, { ...(role === 'client' && { stakeholder: randomUUID() }) })
  }
  posts = await Promise.all(
    Object.entries(docs.paths).flatMap(([path, { post }]) =>
      post === undefined
        ? []
        : [of(post['x-roles']).then((http) => [path.replace('{id}', randomUUID()), post, http] as const)],
    ),
  )
  await house.server.settled()
  head = await house.server.folder.events.head([])
})
afterAll(async () => {
  await house.server.close()
  await folder.clean()
})
const nothingStored = async (): Promise<void> => expect(await house.server.folder.events.head([])).toBe(head)

const within = (pointer: string, other: string): boolean => `${pointer}/`.startsWith(`${other}/`)
/** Ones that a token’s role can ask for. */
const open = () => posts.filter(([, post]) => post['x-roles'].some((role) => role !== 'system'))

describe('a body that does not fit is refused, and names the field', () => {
  test('BR-59 every field of every command: missing, unknown, of another type, too long, no date', async () => {
    let sent = 0
    for (const [path, post, http] of open()) {
      const { schema, example } = schemaOf(docs, post)
      if (example === undefined) continue
      for (const { what, pointer, body } of brokenBodies(example as object as Readonly<Record<string, Json>>, schema)) {
        const { status, body: answer, headers } = await http.post(path, body)
        const { code, errors } = answer as { code: string; errors?: { pointer: string }[] }
        const named = (errors ?? []).some((fault) => within(pointer, fault.pointer) || within(fault.pointer, pointer))
        expect([path, what, pointer, status, code, named, headers['content-type']]).toEqual([
          ...[path, what, pointer, 422, 'invalid-command', true, 'application/problem+json'],
        ])
        sent++
      }
    }
    expect(sent).toBeGreaterThan(1_500)
    await nothingStored()
  })

  test('operations: unknown, missing and of another type', async () => {
    for (const [path, post, http] of open()) {
      if (!path.startsWith('/api/operations/')) continue
      const named = (body: Json): unknown =>
        typeof body === 'object' && body !== null && Object.keys(body).length > 0
          ? expect.stringMatching(`^/${Object.keys(body)[0]!}`)
          : expect.any(String)
      const { schema } = schemaOf(docs, post) as { schema: { properties?: object; required?: string[] } }
      const fields = Object.keys(schema.properties ?? {})
      const bodies: Json[] = [{ nonsense: 1 }, [], null, 7, 'x', ...fields.map((name) => ({ [name]: { $ne: null } }))]
      for (const body of schema.required === undefined || schema.required.length === 0 ? bodies : [...bodies, {}])
        expect([path, body, await http.post(path, JSON.stringify(body))]).toMatchObject([
          path,
          body,
          {
            status: 422,
            body: {
              code: 'invalid-command',
              errors: expect.arrayContaining([{ pointer: named(body), detail: expect.any(String) }]),
            },
          },
        ])
    }
    await nothingStored()
  })

  test('BR-61 names of prototypes, at any depth of a body: 400, and nothing of theirs is anywhere', async () => {
    for (const [path, , http] of posts)
      for (const body of [
        '{"__proto__":{"role":"admin"}}',
        '{"constructor":{"prototype":{"role":"admin"}}}',
        '{"prototype":{"role":"admin"}}',
        '{"a":[{"__proto__":{"role":"admin"}}]}',
        '{"\\u005f_proto__":{"role":"admin"}}',
      ]) {
        const answer = await http.post(path, body)
        expect([path, body, answer.status, answer.body['code']]).toEqual([path, body, 400, 'forbidden-key'])
      }
    for (const [path, , http] of open())
      expect([path, await http.post(path, '{"toString":1,"hasOwnProperty":2,"valueOf":3}')]).toMatchObject([
        path,
        { status: 422, body: { code: 'invalid-command' } },
      ])
    expect(({} as { role?: string }).role).toBeUndefined()
    await nothingStored()
  })

  test('BR-61 what is posted has no query: 400, whatever it says', async () => {
    for (const [path, post, http] of open())
      for (const query of [
        'x=1',
        '__proto__=1',
        '__proto__[role]=admin',
        'constructor.prototype.role=admin',
        'x=1&x=2',
      ]) {
        // A body that fits, where there is one: only the query is wrong.
        const { status, body } = await http.post(`${path}?${query}`, schemaOf(docs, post).example ?? {})
        expect([path, query, status, body['code']]).toEqual([path, query, 400, 'invalid-query'])
      }
    await nothingStored()
  })

  test('more than 1 MiB is 413 on every route, with its length told and without', async () => {
    const text = `{"a":"${'x'.repeat(1024 * 1024)}"}`
    for (const [path, , http] of posts) {
      const told = await http.post(path, text)
      expect([path, told.status, told.body['code']]).toEqual([path, 413, 'too-large'])
    }
    const pm = await house.server.token({ tenant: 'main', role: 'pm' })
    const chunked = await fetch(`${house.server.url}/api/engagements/clients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${pm}`, 'content-type': 'application/json' },
      body: new Blob([text]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect([chunked.status, await chunked.json()]).toMatchObject([413, { code: 'too-large' }])
    await nothingStored()
  })

  test('a body that fits, of an event over 512 KiB, is 413 as well', async () => {
    const pm = await house.http('pm')
    const minutes = '汉'.repeat(200_000)
    const held = await pm.post('/api/communication/meetings/record-held', { engagement, title: 'Long', minutes })
    expect(held).toMatchObject({ status: 413, body: { code: 'too-large' } })
    await nothingStored()
  })

  test('a command that only the house itself gives is 403 for everybody', async () => {
    for (const [path, post] of posts)
      if (post['x-roles'].every((role) => role === 'system'))
        for (const role of ['pm', 'admin', 'operator', 'auditor', 'client'] as const) {
          const http = await house.http(role, role === 'client' ? { stakeholder: randomUUID() } : {})
          const { status, body } = await http.post(path, schemaOf(docs, post).example)
          expect([path, role, status, body['code']]).toEqual([path, role, 403, 'forbidden'])
        }
    await nothingStored()
  })
})
