import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ensureTopics, KafkaMessages, readTopics } from '@rapport/kafka'
import { readConfig } from '@rapport/service'
import { anId, canOwn, ownServer, type OwnServer } from '@rapport/testing'
import { kafkaAccess, type KafkaAccess } from './kafka-access.ts'
import { kafkaVariables } from './variables.ts'

const PORT = 19_492
const PASSWORD = 'right one'

/**
 * A certificate of 127.0.0.1 that it has signed itself, and its key; undefined where no keytool is, which comes with the Java that Kafka
 * needs, or no openssl.
 */
function certified(dir: string): { readonly store: string; readonly ca: string; readonly key: string } | undefined {
  const [store, ca, key] = [join(dir, 'broker.p12'), join(dir, 'ca.pem'), join(dir, 'key.pem')]
  const keytool = (...args: readonly string[]): void =>
    void execFileSync('keytool', [...args, '-alias', 'broker', '-keystore', store, '-storepass', 'changeit'], {
      stdio: 'ignore',
    })
  try {
    keytool('-genkeypair', '-storetype', 'PKCS12', '-keyalg', 'RSA', '-dname', 'CN=spec', '-ext', 'SAN=ip:127.0.0.1')
    keytool('-exportcert', '-rfc', '-file', ca)
    const open = ['pkcs12', '-in', store, '-passin', 'pass:changeit', '-nodes', '-nocerts', '-out', key]
    execFileSync('openssl', open, { stdio: 'ignore' })
    return { store, ca, key }
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}

const dir = mkdtempSync(join(tmpdir(), 'rapport-kafka-tls-'))
const made = canOwn('kafka') ? certified(dir) : undefined
if (made === undefined) {
  rmSync(dir, { recursive: true, force: true })
  test.skip('needs a Kafka of its own settings, keytool and openssl (no script starts one here, or one of the two is missing)', () => {})
} else {
  let own: OwnServer
  const [plain, safe, known] = [PORT, PORT + 2, PORT + 3].map((port) => `127.0.0.1:${port}`) as [string, string, string]
  const properties = `listeners=PLAINTEXT://${plain},CONTROLLER://127.0.0.1:${PORT + 1},SASL_SSL://${safe},SSL://${known}
advertised.listeners=PLAINTEXT://${plain},SASL_SSL://${safe},SSL://${known}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
listener.name.ssl.ssl.client.auth=required
ssl.truststore.type=PEM
ssl.truststore.location=${made.ca}
ssl.keystore.type=PKCS12
ssl.keystore.location=${made.store}
ssl.keystore.password=changeit
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_spec="${PASSWORD}";`
  const definition = readTopics({
    config: { 'cleanup.policy': 'delete' },
    environments: { single: { replicationFactor: 1, minInsyncReplicas: 1 } },
    topics: [{ name: 'engagements.person.v1', partitions: 1 }],
  })

  beforeAll(async () => {
    own = await ownServer('kafka', { port: PORT, env: { KAFKA_EXTRA_PROPERTIES: properties } })
  }, 90_000)
  afterAll(async () => {
    await own.dispose()
    rmSync(dir, { recursive: true, force: true })
  }, 60_000)

  const access = (password: string, env: Readonly<Record<string, string>> = {}): KafkaAccess => {
    const file = join(dir, 'password')
    writeFileSync(file, `${password}\n`)
    return kafkaAccess(
      readConfig(kafkaVariables, {
        KAFKA_BROKERS: safe,
        KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
        KAFKA_CA_FILE: made.ca,
        KAFKA_SASL_MECHANISM: 'PLAIN',
        KAFKA_SASL_USERNAME: 'spec',
        KAFKA_SASL_PASSWORD_FILE: file,
        ...env,
      }),
    )
  }
  /** Where the broker asks for a certificate of the client. */
  const withCertificate = (env: Readonly<Record<string, string>>): KafkaAccess =>
    kafkaAccess(
      readConfig(kafkaVariables, {
        KAFKA_BROKERS: known,
        KAFKA_SECURITY_PROTOCOL: 'SSL',
        KAFKA_CA_FILE: made.ca,
        ...env,
      }),
    )
  const makeTopics = (given: KafkaAccess) =>
    ensureTopics({ ...given, clientId: 'spec', prefix: 'tls', definition, environment: 'single' })

  describe('a Kafka that encrypts and asks who it is', () => {
    test('takes topics and messages of who is configured for it', async () => {
      for (let n = 0; ; n++)
        try {
          await makeTopics(access(PASSWORD))
          break
        } catch (error) {
          if (n === 20) throw error
          await sleep(1_000)
        }
      const port = new KafkaMessages({ ...access(PASSWORD), clientId: 'spec', prefix: 'tls' })
      const sent = {
        stream: 'engagements.person',
        key: anId(1),
        headers: { ce_id: anId(2), ce_type: 'rapport.spec.Said.v1', 'content-type': 'application/json' },
        value: '{}',
      }
      await port.publish([sent])
      const stop = new AbortController()
      const heard: unknown[] = []
      const query = { group: 'g', streams: ['engagements.person'], from: 'beginning', signal: stop.signal } as const
      await port.consume(query, async (one) => {
        heard.push(one)
        stop.abort()
      })
      expect(heard).toEqual([sent])
      await port.close()
    }, 60_000)

    test('takes a client for the certificate that it shows', async () => {
      const report = await makeTopics(withCertificate({ KAFKA_CERT_FILE: made.ca, KAFKA_KEY_FILE: made.key }))
      expect(report).toMatchObject({ created: [], drifted: [] })
    }, 60_000)

    test.each([
      ['a client that shows no certificate', () => withCertificate({})],
      ['another password', () => access('wrong one')],
      ['plain text', () => ({ brokers: [safe] })],
      ['only the certificates that Node trusts', () => access(PASSWORD, { KAFKA_CA_FILE: '' })],
    ])(
      'refuses %s',
      async (_, given) => {
        const refused = await makeTopics(given()).catch((error: unknown) => error)
        expect(refused).toMatchObject({ code: 'unavailable' })
        expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain('wrong one')
      },
      60_000,
    )
  })
}
