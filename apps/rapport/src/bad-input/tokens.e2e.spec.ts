import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { tokenKey } from '@rapport/service'
import { scratch } from '../cli.fixture.ts'
import { served, type Served } from '../served.fixture.ts'
import { keyFile } from '../server.ts'

jest.setTimeout(300_000)

const folder = scratch('tokens')
const data = folder.path('data')
let house: Served
let key: Buffer
beforeAll(async () => {
  house = await served(data)
  key = Buffer.from(tokenKey(keyFile(data)))
})
afterAll(async () => {
  await house.server.close()
  await folder.clean()
})

const now = Math.floor(Date.now() / 1000)
const header = { alg: 'HS256', typ: 'at+jwt' }
const claims = {
  ...{ iss: 'urn:rapport:local', aud: 'rapport', sub: 'Anna', client_id: 'rapport', jti: 'one', iat: now - 10 },
  ...{ exp: now + 600, tenant: 'main', role: 'admin' },
}
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const hmac = (input: string, secret: Buffer | string, digest = 'sha256'): string =>
  createHmac(digest, secret).update(input).digest('base64url')
/** A token made by hand, as good as ours but for what is said. */
function made(
  { header: head = {}, claims: more = {} }: { header?: object; claims?: object } = {},
  signed: (input: string) => string = (input) => hmac(input, key),
): string {
  const input = `${part({ ...header, ...head })}.${part({ ...claims, ...more })}`
  return `${input}.${signed(input)}`
}
const other = randomBytes(32)
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed = generateKeyPairSync('ed25519')
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
const without = (name: string): object => ({ [name]: undefined })

/** What each is sent as, with the code that it is answered with. */
const bad = (): Readonly<Record<string, readonly [authorization: string | undefined, code: string]>> => {
  const as = (token: string, code = 'invalid-token') => [`Bearer ${token}`, code] as const
  return {
    'no token': [undefined, 'no-token'],
    'an empty one': ['Bearer ', 'invalid-token'],
    Basic: [`Basic ${Buffer.from('admin:admin').toString('base64')}`, 'invalid-token'],
    'the bare token': [made(), 'invalid-token'],
    'two tokens': as(`${made()}, Bearer ${made()}`),
    'no JWT': as('a.b.c'),
    'alg none': as(made({ header: { alg: 'none' } }, () => '')),
    'alg NONE with our signature': as(made({ header: { alg: 'NONE' } })),
    'no signature': as(made({}, () => '')),
    'HS256 with a public key': as(made({}, (input) => hmac(input, pem))),
    'HS256 with another key': as(made({}, (input) => hmac(input, other))),
    'HS256 with an empty key': as(made({}, (input) => hmac(input, ''))),
    'HS512 with our key': as(made({ header: { alg: 'HS512' } }, (input) => hmac(input, key, 'sha512'))),
    'RS256 of somebody': as(
      made({ header: { alg: 'RS256' } }, (input) =>
        sign('sha256', Buffer.from(input), rsa.privateKey).toString('base64url'),
      ),
    ),
    'ES256 with its own key in the header': as(
      made({ header: { alg: 'ES256', jwk: ec.publicKey.export({ format: 'jwk' }) } }, (input) =>
        sign('sha256', Buffer.from(input), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
      ),
    ),
    'EdDSA by a key from elsewhere': as(
      made({ header: { alg: 'EdDSA', jku: 'http://127.0.0.1:9/jwks', kid: '../../dev/null' } }, (input) =>
        sign(null, Buffer.from(input), ed.privateKey).toString('base64url'),
      ),
    ),
    'a header that must be understood': as(made({ header: { crit: ['b64'], b64: false } })),
    expired: as(made({ claims: { exp: now - 60 } }), 'token-expired'),
    'expired and of another key': as(made({ claims: { exp: now - 60 } }, (input) => hmac(input, other))),
    'not yet valid': as(made({ claims: { nbf: now + 600 } })),
    'without an end': as(made({ claims: without('exp') })),
    'an end that is no number': as(made({ claims: { exp: 'never' } })),
    'without a beginning': as(made({ claims: without('iat') })),
    'another issuer': as(made({ claims: { iss: 'https://issuer.example' } })),
    'no issuer': as(made({ claims: without('iss') })),
    'another audience': as(made({ claims: { aud: 'another' } })),
    'no audience': as(made({ claims: without('aud') })),
    'another type': as(made({ header: { typ: 'JWT' } })),
    'no type': as(made({ header: without('typ') })),
    'no subject': as(made({ claims: without('sub') })),
    'a subject that is none': as(made({ claims: { sub: '' } })),
    'no tenant': as(made({ claims: without('tenant') })),
    'a tenant that is none': as(made({ claims: { tenant: 'main~x' } })),
    'several tenants': as(made({ claims: { tenant: ['main', 'two'] } })),
    'the tenant of the house': as(made({ claims: { tenant: '*' } })),
    'no role': as(made({ claims: without('role') })),
    'the role of the house': as(made({ claims: { role: 'system' } })),
    'a role of a prototype': as(made({ claims: { role: 'constructor' } })),
    'a stakeholder that is none': as(made({ claims: { role: 'client', stakeholder: { $ne: null } } })),
    'claims that were changed': as(
      [made().split('.')[0], part({ ...claims, tenant: 'two' }), made().split('.')[2]].join('.'),
    ),
  }
}

describe('a token that is not ours opens nothing', () => {
  test('the one that all of these differ from is good, so each fails for what is said of it', async () => {
    const clients = `${house.server.url}/api/views/clients`
    const good = await fetch(clients, { headers: { authorization: `Bearer ${made()}` } })
    expect(good.status).toBe(200)
  })

  test('each is 401 with a stable code, wherever it is sent; nothing is recorded', async () => {
    const head = await house.server.folder.events.head([])
    const asked: readonly (readonly [method: string, path: string])[] = [
      ['POST', '/api/engagements/clients'],
      ['POST', '/api/operations/rebuild'],
      ['GET', '/api/views/clients'],
      ['GET', '/api/views/log'],
    ]
    for (const [what, [authorization, code]] of Object.entries(bad()))
      for (const [method, path] of asked) {
        const answer = await fetch(house.server.url + path, {
          method,
          headers: {
            ...(authorization !== undefined && { authorization }),
            // Nor does it help to say it elsewhere.
            ...{
              'content-type': 'application/json',
              cookie: `token=${made()}`,
              'x-access-token': made(),
              'x-tenant': 'main',
            },
          },
          ...(method === 'POST' && { body: '{"name":"x"}' }),
        })
        const body = (await answer.json()) as object
        expect([what, path, answer.status, body, answer.headers.get('content-type')]).toEqual([
          ...[what, path, 401, expect.objectContaining({ status: 401, code }), 'application/problem+json'],
        ])
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="rapport"/)
      }
    const inQuery = await fetch(`${house.server.url}/api/views/clients?access_token=${made()}`)
    expect(inQuery.status).toBe(401)
    expect(await house.server.folder.events.head([])).toBe(head)
  })

  test('a good one of another role is 403 where the role may not, and nothing is recorded', async () => {
    const head = await house.server.folder.events.head([])
    for (const [role, path] of [
      ['auditor', '/api/engagements/clients'],
      ['operator', '/api/engagements/clients'],
      ['client', '/api/communication/disclosures'],
      ['pm', '/api/operations/backup'],
      ['admin', '/api/operations/doctor'],
      ['auditor', '/api/operations/rebuild'],
    ] as const) {
      const { status, body } = await (await house.http(role)).post(path, {})
      expect([role, path, status, body['code']]).toEqual([role, path, 403, 'forbidden'])
    }
    expect(await house.server.folder.events.head([])).toBe(head)
  })
})
