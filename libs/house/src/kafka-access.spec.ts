import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ConfigError, readConfig } from '@rapport/service'
import { kafkaAccess } from './kafka-access.ts'
import { kafkaVariables } from './variables.ts'

/** A certificate that nobody has the key of any more. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUVY7InRJ1WRAZjKn0nokGQ0kPJPMwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEc3BlYzAgFw0yNjExMjYwNTQwNDlaGA8yMTI2MTEwMjA1NDA0
OVowDzENMAsGA1UEAwwEc3BlYzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG6X
oZqAMCBmFCQRgsaknbPejZvdaS4aOtJdJx57YCRbyuDRTOFeppWAAxyjWdjl4sPO
G0JqF+aCpPQzD5EmDf2jUzBRMB0GA1UdDgQWBBSWRx7NwB+58dx7CvnO/8Q3Maid
DzAfBgNVHSMEGDAWgBSWRx7NwB+58dx7CvnO/8Q3MaidDzAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCICH0h9Y4VR0MzQro6dwIXNVzmm6rqI9qFyYm
iJ7u2ZIVAiAdZEkCj7JuMWV8eN2sMkBmpTRNZbcBVtAftVqQtKQ/Gg==
-----END CERTIFICATE-----
`
const { privateKey: key } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-kafka-access-'))
  for (const [name, text] of [
    ['cert.pem', certificate],
    ['key.pem', key],
    ['password', 'two words \n'],
    ['empty', '\n'],
    ['nothing', ''],
    ['lines', 'one\ntwo\n'],
  ] as const)
    writeFileSync(join(dir, name), text)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const file = (name: string): string => join(dir, name)
const access = (env: Readonly<Record<string, string>>) =>
  kafkaAccess(readConfig(kafkaVariables, { KAFKA_BROKERS: 'a:1,b:2', ...env }))
const problemsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    access(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('how Kafka is reached', () => {
  test('in plain text unless something is said', () => expect(access({})).toEqual({ brokers: ['a:1', 'b:2'] }))

  test('encrypted: with the certificates that Node trusts, or those of a file', () => {
    expect(access({ KAFKA_SECURITY_PROTOCOL: 'SSL' })).toMatchObject({ ssl: true })
    expect(access({ KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CA_FILE: file('cert.pem') }).ssl).toEqual({ ca: certificate })
  })

  test('as a user: the password is the file’s text without the newline at its end', () => {
    const who = { KAFKA_SASL_USERNAME: 'rapport', KAFKA_SASL_PASSWORD_FILE: file('password') }
    const sasl = { mechanism: 'scram-sha-512', username: 'rapport', password: 'two words ' }
    expect(access({ KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', ...who })).toEqual({
      brokers: ['a:1', 'b:2'],
      ssl: true,
      sasl,
    })
    expect(access({ KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_SASL_MECHANISM: 'PLAIN', ...who })).toEqual({
      brokers: ['a:1', 'b:2'],
      sasl: { ...sasl, mechanism: 'plain' },
    })
  })

  test.each([
    ['a file that the protocol has no use for', { KAFKA_CA_FILE: 'cert.pem' }, ['KAFKA_CA_FILE is for SSL']],
    [
      'a user that the protocol has no use for',
      { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD_FILE: 'p' },
      ['KAFKA_SASL_USERNAME is for SASL_PLAINTEXT', 'KAFKA_SASL_PASSWORD_FILE is for SASL_PLAINTEXT'],
    ],
    [
      'nobody to be',
      { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL' },
      ['KAFKA_SASL_USERNAME is missing', 'KAFKA_SASL_PASSWORD_FILE is missing'],
    ],
    [
      'a certificate without its key',
      { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CERT_FILE: 'cert.pem' },
      ['KAFKA_CERT_FILE and KAFKA_KEY_FILE belong together'],
    ],
    [
      'a file that is not there',
      { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CA_FILE: 'none.pem' },
      ['KAFKA_CA_FILE cannot be read: ENOENT'],
    ],
    [
      'an empty password',
      { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD_FILE: 'empty' },
      ['KAFKA_SASL_PASSWORD_FILE is empty'],
    ],
    [
      'a password of several lines',
      { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD_FILE: 'lines' },
      ['KAFKA_SASL_PASSWORD_FILE has more than one line'],
    ],
    [
      'a file that holds no certificates',
      { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CA_FILE: 'password' },
      ['KAFKA_CA_FILE holds no certificate'],
    ],
    [
      'an empty file of certificates',
      { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CA_FILE: 'nothing' },
      ['KAFKA_CA_FILE holds no certificate'],
    ],
    [
      'certificate and key in each other’s place',
      { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CERT_FILE: 'key.pem', KAFKA_KEY_FILE: 'cert.pem' },
      ['KAFKA_CERT_FILE holds no certificate', 'KAFKA_KEY_FILE holds no private key'],
    ],
    [
      'a key of another certificate',
      { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_CERT_FILE: 'cert.pem', KAFKA_KEY_FILE: 'key.pem' },
      ['KAFKA_KEY_FILE holds another key'],
    ],
    ['a protocol that is none', { KAFKA_SECURITY_PROTOCOL: 'TLS' }, ['KAFKA_SECURITY_PROTOCOL="TLS" must be one of']],
  ])('%s is told by the name of the variable, and no value of a file', (_, given, wanted) => {
    const env = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, name.endsWith('_FILE') ? file(value) : value]),
    )
    const problems = problemsOf(env)
    expect(problems).toHaveLength(wanted.length)
    for (const [n, text] of wanted.entries()) expect(problems[n]).toContain(text)
  })
})
