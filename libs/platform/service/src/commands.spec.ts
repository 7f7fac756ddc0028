import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { anId } from '@rapport/testing'
import { world, type World } from './world.fixture.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const code = (answer: { json(): unknown }) => (answer.json() as { code: string }).code
const note = { board: '', body: 'Hello', tone: 'calm' }

describe('commands over HTTP', () => {
  test('a create answers 201 with opaque revision and position, Location and ETag', async () => {
    const answer = await w.post('/api/desk/boards', { name: 'Plans' })
    expect(answer.statusCode).toBe(201)
    const body = answer.json() as Record<string, unknown>
    expect(body).toEqual({ id: expect.any(String), revision: '0', position: expect.any(String), events: 1 })
    expect(answer.headers['location']).toBe(`/api/desk/boards/${body['id'] as string}`)
    expect(answer.headers['etag']).toBe('"0"')
    expect(answer.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('a decision on a stream answers 200; an id in capitals is the same id', async () => {
    const id = await w.aNote()
    const answer = await w.post(`/api/desk/notes/${id.toUpperCase()}/pin`, {})
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ id, revision: '1', events: 1 })
    expect(answer.headers['etag']).toBe('"1"')
  })

  test('a singleton has no id in its address; a command that changes nothing records nothing', async () => {
    const admin = { authorization: `Bearer ${await w.token({ role: 'admin' })}` }
    const first = await w.post('/api/desk/house-rules/set', { quiet: true }, admin)
    expect([first.statusCode, first.json()]).toMatchObject([200, { events: 1, revision: '0' }])
    expect(first.headers['location']).toBe('/api/desk/house-rules')
    expect((await w.post('/api/desk/house-rules/set', { quiet: true }, admin)).json()).toMatchObject({
      events: 0,
      revision: '0',
    })
  })

  test('a role that may not act is refused before its body is looked at', async () => {
    const auditor = { authorization: `Bearer ${await w.token({ role: 'auditor' })}` }
    const answer = await w.post('/api/desk/boards', { nonsense: 1 }, auditor)
    expect([answer.statusCode, code(answer)]).toEqual([403, 'forbidden'])
  })

  test('a refusal of the decision is 409 with its code, its words and what it adds', async () => {
    const board = await w.aBoard('Quiet')
    const answer = await w.post('/api/desk/notes', { ...note, board, tone: 'loud' })
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json()).toEqual({
      type: 'urn:rapport:error:too-loud',
      title: 'The board is quiet.',
      status: 409,
      code: 'too-loud',
      details: { board: 'quiet' },
    })
  })

  test('every faulty field is named by a JSON Pointer', async () => {
    const answer = await w.post('/api/desk/notes', {
      board: 'x',
      tone: 'calm',
      'a/b~c': 1,
      parts: [
        { head: 'ok', size: 1 },
        { head: '', size: 99, more: true },
      ],
      day: '2026-02-30',
    })
    expect([answer.statusCode, code(answer)]).toEqual([422, 'invalid-command'])
    const { errors } = answer.json() as { errors: { pointer: string; detail: string }[] }
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(
      ['/a~1b~0c', '/board', '/body', '/day', '/parts/1/head', '/parts/1/more', '/parts/1/size'].sort(),
    )
    expect(errors.find(({ pointer }) => pointer === '/body')!.detail).toBe('is missing')
  })

  test('a body that is no object is refused as such', async () => {
    for (const body of ['[]', 'null', '"x"', '1']) {
      const answer = await w.post('/api/desk/boards', body)
      expect(answer.json()).toMatchObject({
        status: 422,
        code: 'invalid-command',
        errors: [{ pointer: '', detail: 'must be an object' }],
      })
    }
  })

  test('occurredAt is an instant or a day with its zone, kept as given and part of what the key covers', async () => {
    const id = await w.aNote()
    const at = async (occurredAt: unknown, key: string) =>
      w.post(`/api/desk/notes/${id}/pin`, { occurredAt }, { 'idempotency-key': key })
    expect(code(await at('2026-03-01T10:00:00+08:00', 'early'))).toBe('occurred-before-beginning')
    expect(code(await at('2026-03-02T12:06:00Z', 'late'))).toBe('occurred-in-future')
    expect((await at('2026-03-02T20:00:00+08:00', 'now')).statusCode).toBe(200)
    expect((await at({ date: '2026-03-02', zone: 'Asia/Shanghai' }, 'day')).statusCode).toBe(200)
    expect(code(await at({ date: '2026-03-02', zone: 'Asia/Tokyo' }, 'day'))).toBe('idempotency-key-reused')
    const stored = w.log.all
      .filter((event) => event.stream.endsWith(id))
      .map((event) => JSON.parse(event.metadata) as Record<string, unknown>)
    expect(stored[1]).toMatchObject({ occurredAt: '2026-03-02T12:00:00.000Z' })
    expect(stored[2]).toMatchObject({
      occurredAt: '2026-03-01T16:00:00.000Z',
      occurredOn: '2026-03-02',
      zone: 'Asia/Shanghai',
    })
  })

  test('BR-59 a day that begins before 1900 is refused like an instant that does', async () => {
    const on = (date: string, zone: string) => w.post('/api/desk/boards', { name: 'x', occurredAt: { date, zone } })
    expect((await on('1900-01-01', 'UTC')).statusCode).toBe(201)
    expect((await on('1900-01-01', 'Asia/Shanghai')).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/occurredAt', detail: expect.any(String) }],
    })
    expect((await on('1900-01-02', 'Asia/Shanghai')).statusCode).toBe(201)
  })

  test('BR-59 dates that are none are refused by the command’s gate, wherever they stand', async () => {
    const board = await w.aBoard()
    for (const due of [
      '2026-02-30',
      '2027-02-29T10:00:00Z',
      '2026-13-01',
      '-2012',
      '2026-W05',
      '2026-05-01T24:30:00Z',
    ]) {
      expect((await w.post('/api/desk/notes', { ...note, board, due })).json()).toMatchObject({
        status: 422,
        errors: [{ pointer: '/due' }],
      })
      expect((await w.post('/api/desk/notes', { ...note, board, day: due })).json()).toMatchObject({
        status: 422,
        errors: [{ pointer: '/day' }],
      })
      for (const occurredAt of [due, { date: due, zone: 'UTC' }])
        expect((await w.post('/api/desk/notes', { ...note, board, occurredAt })).statusCode).toBe(422)
    }
    expect(
      (await w.post('/api/desk/notes', { ...note, board, day: '2028-02-29', due: '2028-02-29T10:00:00Z' })).statusCode,
    ).toBe(201)
  })
})

describe('If-Match', () => {
  test('names the revision that the command rests on; another one is 412 and records nothing', async () => {
    const id = await w.aNote()
    const pin = (tag: string) => w.post(`/api/desk/notes/${id}/pin`, {}, { 'if-match': tag })
    expect((await pin('"0"')).statusCode).toBe(200)
    const before = w.log.all.length
    for (const tag of ['"0"', '"7"', 'W/"1"', '"abc"', '"01"', '"99999999999999999999"'])
      expect([tag, (await pin(tag)).json()]).toMatchObject([tag, { status: 412, code: 'revision-mismatch' }])
    expect(w.log.all).toHaveLength(before)
    expect((await pin('"1"')).statusCode).toBe(200)
    expect((await pin('*')).statusCode).toBe(200)
  })

  test('is 400 where it is malformed', async () => {
    const id = await w.aNote()
    for (const tag of ['0', '"0', '"0", "1"', '""0"'])
      expect((await w.post(`/api/desk/notes/${id}/pin`, {}, { 'if-match': tag })).json()).toMatchObject({
        status: 400,
        code: 'invalid-header',
      })
  })
})

describe('Idempotency-Key', () => {
  test('BR-50 a key with its body again, in any spelling, is answered as the first time; with another body it is refused', async () => {
    const board = await w.aBoard()
    const key = { 'idempotency-key': 'K' }
    const first = await w.post('/api/desk/notes', `{"board":"${board}","body":"Hello","tone":"calm"}`, key)
    expect(first.statusCode).toBe(201)
    expect(first.headers['idempotency-key']).toBeUndefined()
    const events = w.log.all.length
    const again = await w.post(
      '/api/desk/notes',
      ` { "tone" : "calm",\n "body":"Hell\\u006f", "board":"${board}" } `,
      key,
    )
    expect(again.statusCode).toBe(201)
    expect(again.json()).toEqual({ ...(first.json() as object), replayed: true })
    expect(again.headers['etag']).toBe(first.headers['etag'])
    const other = await w.post('/api/desk/notes', { ...note, board, body: 'Other' }, key)
    expect([other.statusCode, code(other)]).toEqual([422, 'idempotency-key-reused'])
    expect(w.log.all).toHaveLength(events)
  })

  test('BR-50 twenty at once are one batch of events and one resource', async () => {
    const board = await w.aBoard()
    const events = w.log.all.length
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => w.post('/api/desk/notes', { ...note, board }, { 'idempotency-key': 'twenty' })),
    )
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([201]))
    expect(new Set(answers.map((a) => JSON.stringify({ ...(a.json() as object), replayed: undefined }))).size).toBe(1)
    expect(w.log.all).toHaveLength(events + 1)
  })

  test('one that is too long, empty or not printable is 400', async () => {
    for (const key of ['x'.repeat(201), '', 'a\tb', 'é'])
      expect((await w.post('/api/desk/boards', { name: 'x' }, { 'idempotency-key': key })).json()).toMatchObject({
        status: 400,
        code: 'invalid-header',
      })
    expect((await w.post('/api/desk/boards', { name: 'x' }, { 'idempotency-key': 'x'.repeat(200) })).statusCode).toBe(
      201,
    )
  })

  test('a key belongs to who sent it: another person’s is another command', async () => {
    const board = await w.aBoard()
    const ben = { authorization: `Bearer ${await w.token({ subject: 'Ben' })}`, 'idempotency-key': 'mine' }
    const one = (await w.post('/api/desk/notes', { ...note, board }, { 'idempotency-key': 'mine' })).json() as {
      id: string
    }
    const two = (await w.post('/api/desk/notes', { ...note, board }, ben)).json() as { id: string }
    expect(two.id).not.toBe(one.id)
  })
})

describe('ids', () => {
  test('what is no id is answered like an id that nobody has, in status, headers and body', async () => {
    const shown = async (id: string) => {
      const { statusCode, headers, body } = await w.post(`/api/desk/notes/${id}/pin`, {}, { 'idempotency-key': 'k' })
      const { 'x-request-id': _, date: __, ...rest } = headers
      return { statusCode, rest, body }
    }
    const absent = await shown(anId(404))
    expect(absent).toMatchObject({ statusCode: 404, body: expect.stringContaining('not-found') })
    for (const id of [
      'undefined',
      'null',
      '[object Object]',
      '%5Bobject%20Object%5D',
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '__proto__',
      'constructor',
      '%00',
      'x'.repeat(300),
      '1',
    ])
      expect([id, await shown(id)]).toEqual([id, absent])
  })
})
