import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { canonical } from './canonical.ts'
import { choice, normaliseMail, personal, ref, text } from './fields.ts'
import { idHmac, uuidv7, uuidv8 } from './ids.ts'
import { fingerprintKey, keyCommitment, mapPersonal, openValue, sealValue, storedSchema } from './seal.ts'

const key = Uint8Array.from({ length: 32 }, (_, n) => n)
const other = new Uint8Array(32).fill(7)

// Computed apart, in another language, from the words of contracts.md §11: these bytes stay for ever.
describe('bytes that stay for ever (§11)', () => {
  test('UUIDv8 over framed parts', () => {
    expect(uuidv8('command', 'main', 'actor', 'communication.disclosure', '', 'disclose', 'k1')).toBe(
      'd2fc0087-5be8-8c9b-ba3a-fa8482af5494',
    )
    expect(uuidv8('event', 'main', 'ä', 3)).toBe('99dbd2d6-15f2-8ac3-b2b3-b53dd67f3eb9')
    expect(uuidv8('tenant-settings', 'main')).toBe('ce7f7196-1ff1-8e94-95d3-bdcca140c49f')
  })

  test('parts are framed: no two lists of parts give the same id', () => {
    expect(uuidv8('x', 'ab', 'c')).not.toBe(uuidv8('x', 'a', 'bc'))
    expect(uuidv8('x', 'a', '')).not.toBe(uuidv8('x', 'a'))
  })

  test('HMAC with idKey', () => {
    expect(idHmac(key, 'mail', 'anna@x.example')).toBe('laKEeoVUgBzRXUuumkhRRlSNc7irlmRvCYC_y1LtqDw')
    expect(idHmac(key, 'subject', 'iss', 'sub')).toBe('Auz_QSw1RPVRFdnEuSPZwV4jE5C8BTpJzQYlQthXo0o')
  })

  test('the key of fingerprints is HKDF over idKey and the subjects’ keys', () => {
    expect(Buffer.from(fingerprintKey(key, [other, new Uint8Array(32).fill(9)])).toString('hex')).toBe(
      'd578449022ee2f679c7ac759d5ae5a80d736803dfe1b47a44e525df28befe2a2',
    )
  })

  test('a destroyed key leaves SHA-256 of kc and the key', () => {
    expect(keyCommitment(key)).toBe('2de1a37b1921740be8f6db8691cc285076c6f3c7ab4e574b3feb9ec39a7b46fb')
  })

  test('UUIDv7 begins with the time and never comes twice', () => {
    expect(uuidv7(Temporal.Instant.from('2026-03-02T00:00:00Z').epochMilliseconds).slice(0, 14)).toBe('019cabd8-3800-')
    expect(new Set(Array.from({ length: 1000 }, () => uuidv7())).size).toBe(1000)
  })

  test.each([
    [' Anna.Berg@Example.ORG ', 'anna.berg@example.org'],
    ['anna@bücher.example', 'anna@xn--bcher-kva.example'],
    ['Anna+x@example.org', 'anna+x@example.org'],
    ['u\u0308@x.example', 'ü@x.example'],
  ])('mail address %s', (typed, known) => expect(normaliseMail(typed)).toBe(known))

  test('canonical JSON sorts members by UTF-16 and leaves out what is undefined', () => {
    expect(canonical({ b: 1, a: undefined, '€': [true, null], '\r': 'x' })).toBe('{"\\r":"x","b":1,"€":[true,null]}')
  })
})

describe('envelopes (§2)', () => {
  const place = { tenant: 'main', kid: 'person/x', key, of: ['event', '/name'] as const }
  const sealed = sealValue('Anna', place)

  test('a value opens with its key, and every sealing is different', () => {
    expect(openValue(sealed, 'main', key)).toBe('Anna')
    expect(sealValue('Anna', place).ct).not.toBe(sealed.ct)
    expect(Buffer.from(sealed.iv, 'base64url')).toHaveLength(12)
  })

  test.each([
    ['another key', sealed, 'main', other],
    ['another tenant', sealed, 'else', key],
    ['another event', { ...sealed, of: ['other', '/name'] as const }, 'main', key],
    ['another path', { ...sealed, of: ['event', '/mail'] as const }, 'main', key],
    ['a changed text', { ...sealed, ct: `${sealed.ct[0] === 'A' ? 'B' : 'A'}${sealed.ct.slice(1)}` }, 'main', key],
    ['a changed tag', { ...sealed, tag: sealValue('x', place).tag }, 'main', key],
    ['a shortened tag', { ...sealed, tag: sealed.tag.slice(0, 6) }, 'main', key],
    ['another digest', { ...sealed, digest: sealValue('x', place).digest }, 'main', key],
  ])('does not open under %s, and says so as corrupt', (_, envelope, tenant, under) =>
    expect(() => openValue(envelope, tenant, under)).toThrow(expect.objectContaining({ code: 'corrupt' })),
  )

  test('a shape says where its personal fields are, and whose', () => {
    const shape = {
      plain: text(10),
      own: personal('stream', text(10)),
      list: z
        .array(z.strictObject({ who: ref('engagements.person'), name: personal({ field: 'who' }, text(10)) }))
        .optional(),
    }
    const found: unknown[] = []
    const data = { plain: 'p', own: 'o', list: [{ who: '1', name: 'n' }] }
    mapPersonal(shape, data, (value, whose, path) => (found.push([value, whose, path]), value))
    expect(found).toEqual([
      ['o', 'stream', '/own'],
      ['n', { field: 'who', kind: 'person' }, '/list/0/name'],
    ])
  })

  test('a stored schema takes envelopes where the plain one takes texts', () => {
    const schema = z.strictObject({ a: personal('stream', text(10)), b: choice({ x: { en: 'x', zh: 'x' } }) })
    const stored = storedSchema(schema)
    expect(stored.safeParse({ a: sealed, b: 'x' }).success).toBe(true)
    expect(stored.safeParse({ a: 'Anna', b: 'x' }).success).toBe(false)
  })

  test('a personal field that names no ref beside it, or stands in a union, is a mistake of the definition', () => {
    const each = () => 'x'
    expect(() => mapPersonal({ name: personal({ field: 'who' }, text(10)) }, { name: 'n' }, each)).toThrow(TypeError)
    expect(() =>
      mapPersonal({ either: z.union([personal('stream', text(10)), z.number()]) }, { either: 'n' }, each),
    ).toThrow(TypeError)
  })
})
