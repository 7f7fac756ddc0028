import { afterEach, describe, expect, test } from '@jest/globals'
import {
  Conflict,
  Corrupt,
  InvalidAppend,
  OutcomeUnknown,
  platformCodes,
  RapportError,
  Refusal,
  StorageFull,
  Unavailable,
} from '@rapport/events'
import { answerTo, statusOf } from './problems.ts'
import { commandCodes, platformErrors, viewCodes } from './error-list.ts'
import { decisions, world, type World } from './world.fixture.ts'

let w: World
afterEach(() => w?.close())

/** How the service answers when `handle` ends so. */
async function answerFor(error: unknown) {
  w = await world({ handle: { handle: () => Promise.reject(error as Error) } })
  return w.post('/api/desk/boards', { name: 'x' }, { 'idempotency-key': 'k' })
}

describe('the list of errors', () => {
  test('has a status and a sentence for each, and every code of the core', () => {
    for (const [code, { status, words }] of Object.entries(platformErrors)) {
      expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(words).toMatch(/^\w.*\.$/)
    }
    for (const code of Object.keys(platformCodes)) expect(platformErrors).toHaveProperty([code])
    for (const code of Object.keys(platformCodes)) expect(commandCodes).toContain(code)
    for (const code of viewCodes) expect(platformErrors).toHaveProperty([code])
  })

  test('a decision’s own code is 409 even where the platform has it with another status', () => {
    expect(statusOf('too-loud', decisions[1])).toBe(409)
    expect(statusOf('forbidden', { ...decisions[1]!, codes: ['forbidden'] })).toBe(409)
    expect(statusOf('forbidden', decisions[1])).toBe(403)
  })
})

describe('errors of the core over HTTP', () => {
  test('an outage is 503 and says when to try again', async () => {
    const answer = await answerFor(new Unavailable('The store at 10.0.0.7 is gone.', { kid: 'person/10.0.0.7' }))
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5'])
    expect(answer.json()).toMatchObject({
      code: 'unavailable',
      instance: expect.stringContaining('urn:rapport:request:'),
    })
    expect(answer.body).not.toContain('10.0.0.7')
  })

  test('an unknown outcome is 503 and asks for the same key again, the server’s own included', async () => {
    const answer = await answerFor(new OutcomeUnknown('timeout'))
    expect([answer.statusCode, answer.headers['retry-after'], (answer.json() as { code: string }).code]).toEqual([
      503,
      '1',
      'outcome-unknown',
    ])
    const without = await w.post('/api/desk/boards', { name: 'x' })
    expect(without.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('a full disk is 507, a conflict 409, a too large event 413', async () => {
    expect((await answerFor(new StorageFull())).statusCode).toBe(507)
    await w.close()
    expect((await answerFor(new Refusal('conflict', 'x'))).json()).toMatchObject({ status: 409, code: 'conflict' })
    await w.close()
    expect((await answerFor(new Refusal('too-large', 'x'))).statusCode).toBe(413)
  })

  test('what is not foreseen is 500 without internals, and the log names it under the id of the request', async () => {
    for (const error of [
      new TypeError('Zhang San at /srv/secret.ts'),
      new Corrupt('The key person/1 is broken.'),
      new RapportError('defect', 'x made a y'),
      new InvalidAppend('no'),
      new Conflict('desk.board-one~1', 3),
      'text',
      undefined,
    ]) {
      const answer = await answerFor(error)
      const { code, instance, ...rest } = answer.json() as { code: string; instance: string }
      if (error instanceof Conflict) expect(code).toBe('conflict')
      else {
        expect([answer.statusCode, code]).toEqual([500, 'unexpected'])
        expect(Object.keys(rest)).toEqual(['type', 'title', 'status'])
        const id = answer.headers['x-request-id'] as string
        expect(instance).toBe(`urn:rapport:request:${id}`)
        expect(w.lines.some((line) => line.includes(id) && line.includes('"level":"error"'))).toBe(true)
      }
      expect(answer.body + w.lines.join('')).not.toMatch(/Zhang San|secret\.ts:|desk\.board-one~1/)
      await w.close()
    }
  })

  test('an answer tells apart what is foreseen from what is not', () => {
    expect(answerTo(new Refusal('forbidden', 'x'), { request: '1' }).unexpected).toBe(false)
    expect(answerTo(new Error('x'), { request: '1' })).toMatchObject({
      unexpected: true,
      problem: { code: 'unexpected', instance: 'urn:rapport:request:1' },
    })
  })
})
