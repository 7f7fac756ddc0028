import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { anId } from '@rapport/testing'
import { SignJWT, UnsecuredJWT } from 'jose'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localTokens, tokenKey } from './tokens.ts'
import { NOW, world, type World } from './world.fixture.ts'

const key = new Uint8Array(32).fill(7)
let now = Temporal.Instant.from(NOW)
const tokens = localTokens(key, () => now)
const anna = { tenant: 'one', subject: 'Anna', role: 'pm' } as const

/** A token as ours, with one thing different. */
const forged = (change: {
  alg?: string
  typ?: string
  iss?: string
  aud?: string
  key?: Uint8Array
  claims?: Record<string, unknown>
  noExp?: true
}) => {
  const token = new SignJWT({ tenant: 'one', role: 'pm', ...change.claims })
    .setProtectedHeader({ alg: change.alg ?? 'HS256', typ: change.typ ?? 'at+jwt' })
    .setIssuer(change.iss ?? 'urn:rapport:local')
    .setAudience(change.aud ?? 'rapport')
    .setSubject('Anna')
    .setIssuedAt(new Date(NOW))
  if (!change.noExp) token.setExpirationTime(new Date(new Date(NOW).getTime() + 3_600_000))
  return token.sign(change.key ?? key)
}

describe('local tokens', () => {
  test('a minted token is verified to what it was minted for', async () => {
    expect(await tokens.verify(await tokens.mint(anna))).toEqual({ issuer: 'urn:rapport:local', ...anna })
    const client = { tenant: 'one', subject: 'Ben', role: 'client', stakeholder: anId(3) } as const
    expect(await tokens.verify(await tokens.mint(client))).toMatchObject(client)
    expect(await tokens.verify(await forged({}))).toMatchObject(anna)
  })

  test('it lives eight hours unless told otherwise', async () => {
    const usual = await tokens.mint(anna)
    const short = await tokens.mint({ ...anna, lifeHours: 1 })
    now = Temporal.Instant.from(NOW).add({ hours: 1, seconds: 1 })
    expect(await tokens.verify(short)).toEqual({ refused: 'expired' })
    expect(await tokens.verify(usual)).toMatchObject(anna)
    now = Temporal.Instant.from(NOW).add({ hours: 8, seconds: 1 })
    expect(await tokens.verify(usual)).toEqual({ refused: 'expired' })
    now = Temporal.Instant.from(NOW)
  })

  test('one that was good is good again only within its time, and nothing follows from it for another', async () => {
    const start = new Date(NOW).getTime() / 1000
    const later = await forged({ claims: { nbf: start + 60 } })
    const good = await tokens.mint({ ...anna, lifeHours: 1 })
    const [head, claims, tail] = good.split('.') as [string, string, string]
    const at = async (seconds: number, token: string) => {
      now = Temporal.Instant.from(NOW).add({ seconds })
      return tokens.verify(token)
    }
    expect(await at(0, later)).toEqual({ refused: 'invalid' })
    expect(await at(60, later)).toMatchObject(anna)
    expect(await at(59, later)).toEqual({ refused: 'invalid' })
    expect(await at(3599, good)).toMatchObject(anna)
    expect(await at(3599, good)).toMatchObject(anna)
    expect(await at(3600, good)).toEqual({ refused: 'expired' })
    expect(await at(0, good)).toMatchObject(anna)
    expect(await at(0, `${head}.${claims}.${tail.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`)).toEqual({
      refused: 'invalid',
    })
    const others = await Promise.all(
      Array.from({ length: 1_200 }, (_, n) => tokens.mint({ ...anna, subject: `Other ${n}` })),
    )
    for (const [n, token] of others.entries())
      expect(await tokens.verify(token)).toMatchObject({ subject: `Other ${n}` })
    expect(await at(0, good)).toMatchObject(anna)
    now = Temporal.Instant.from(NOW)
  })

  test('another algorithm, key, type, issuer or audience, no end, a role or tenant that is none: refused', async () => {
    const bad: Record<string, string> = {
      alg: await forged({ alg: 'HS512', key: new Uint8Array(64).fill(7) }),
      none: new UnsecuredJWT({ tenant: 'one', role: 'pm' })
        .setIssuer('urn:rapport:local')
        .setAudience('rapport')
        .setSubject('Anna')
        .setIssuedAt()
        .setExpirationTime('1h')
        .encode(),
      key: await forged({ key: new Uint8Array(32).fill(8) }),
      typ: await forged({ typ: 'JWT' }),
      iss: await forged({ iss: 'urn:rapport:other' }),
      aud: await forged({ aud: 'other' }),
      exp: await forged({ noExp: true }),
      role: await forged({ claims: { role: 'system' } }),
      tenant: await forged({ claims: { tenant: 'One~two' } }),
      stakeholder: await forged({ claims: { stakeholder: 'undefined' } }),
      text: 'a.b.c',
    }
    for (const [name, token] of Object.entries(bad))
      expect([name, await tokens.verify(token)]).toEqual([name, { refused: 'invalid' }])
    const [head, , tail] = (await tokens.mint(anna)).split('.')
    const claims = Buffer.from(JSON.stringify({ tenant: 'two', role: 'admin', sub: 'Anna' })).toString('base64url')
    expect(await tokens.verify(`${head}.${claims}.${tail}`)).toEqual({ refused: 'invalid' })
  })

  test('one token has one text: other bits at the end of its parts, or padding, are refused', async () => {
    const token = await tokens.mint(anna)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet.indexOf(token.at(-1)!)
    const others = [1, 2, 3].map((bits) => token.slice(0, -1) + alphabet[last ^ bits])
    for (const other of [...others, `${token}=`]) expect(await tokens.verify(other)).toEqual({ refused: 'invalid' })
    expect(await tokens.verify(token)).toMatchObject(anna)
  })

  test('nobody can mint for the house itself', async () => {
    await expect(tokens.mint({ ...anna, role: 'system' as never })).rejects.toThrow()
  })
})

describe('the key of local tokens', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-key-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is made on first use, for its owner only, and stays', () => {
    const file = join(folder, 'keys', 'token.key')
    const made = tokenKey(file)
    expect([made.length, statSync(file).mode & 0o777]).toEqual([32, 0o600])
    expect(tokenKey(file)).toEqual(made)
    expect(readFileSync(file, 'utf8')).toMatch(/^[\w-]{43}$/)
  })

  test('is refused where others can read it, or where it is too short', () => {
    const file = join(folder, 'open.key')
    tokenKey(file)
    chmodSync(file, 0o644)
    expect(() => tokenKey(file)).toThrow('chmod 600')
    const short = join(folder, 'short.key')
    writeFileSync(short, 'abc', { mode: 0o600 })
    expect(() => tokenKey(short)).toThrow('too short')
  })
})

describe('who makes a request', () => {
  let w: World
  beforeAll(async () => {
    w = await world()
  })
  afterAll(() => w.close())

  test('no token, and one that is not valid here, are told apart', async () => {
    const answer = (authorization?: string) =>
      w.send({
        method: 'POST',
        url: '/api/desk/boards',
        headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
        payload: '{"name":"x"}',
      })
    expect(await answer()).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer realm="rapport"' } })
    expect((await answer()).json()).toMatchObject({ code: 'no-token' })
    for (const bad of ['Bearer x', 'Basic YTpi', 'Bearer', `Bearer ${w.pm}x`, `Bearer ${w.pm} x`]) {
      expect((await answer(bad)).json()).toMatchObject({ status: 401, code: 'invalid-token' })
      expect((await answer(bad)).headers['www-authenticate']).toContain('error="invalid_token"')
    }
    const old = await localTokens(key, () => Temporal.Instant.from('2026-03-01T00:00:00Z')).mint(anna)
    expect((await answer(`Bearer ${old}`)).json()).toMatchObject({ code: 'token-expired' })
    expect((await answer(`bearer ${w.pm}`)).statusCode).toBe(201)
  })

  test('the actor’s id is the same each time, another in another tenant, and the subject is stored nowhere', async () => {
    const actorOf = () => (JSON.parse(w.log.all.at(-1)!.metadata) as { actor: { id: string } }).actor.id
    await w.aBoard()
    const first = actorOf()
    await w.aBoard()
    expect(actorOf()).toBe(first)
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/)
    await w.aBoard('x', { authorization: `Bearer ${await w.token({ tenant: 'two' })}` })
    expect(actorOf()).not.toBe(first)
    expect(JSON.stringify(w.log.all) + w.lines.join('')).not.toContain('Anna')
  })

  test('BR-67 another tenant’s id, in path or body, answers exactly like one that nobody has; headers name no tenant', async () => {
    const theirs = { authorization: `Bearer ${await w.token({ tenant: 'two' })}` }
    const board = await w.aBoard('Theirs', theirs)
    const note = await w.aNote(theirs)
    const events = w.log.all.length
    const shown = async (url: string, body: unknown, headers: Record<string, string> = {}) => {
      const answer = await w.post(url, body, { 'idempotency-key': 'k', ...headers })
      const { 'x-request-id': _, date: __, ...rest } = answer.headers
      return { status: answer.statusCode, rest, body: answer.body }
    }
    const absent = await shown(`/api/desk/notes/${anId(404)}/pin`, {})
    expect(absent.status).toBe(404)
    for (const headers of [{}, { 'x-tenant': 'two' }, { 'organization-id': 'two' }, { 'x-tenant-id': 'two' }] as Record<
      string,
      string
    >[])
      expect(await shown(`/api/desk/notes/${note}/pin`, {}, headers)).toEqual(absent)
    const nobody = await shown('/api/desk/notes', { board: anId(404), body: 'x', tone: 'calm' })
    expect(JSON.parse(nobody.body)).toMatchObject({ status: 422, code: 'reference-not-found' })
    expect(await shown('/api/desk/notes', { board, body: 'x', tone: 'calm' })).toEqual(nobody)
    expect(w.log.all).toHaveLength(events)
  })
})
