import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KafkaOptions } from '@rapport/kafka'
import { ConfigError, type Config } from '@rapport/service'
import type { kafkaVariables } from './variables.ts'

export type KafkaAccess = Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl'>
type Given = Config<typeof kafkaVariables>
type Name = Extract<keyof Given, `${string}_FILE`> | 'KAFKA_SASL_USERNAME'

const encrypts = ({ KAFKA_SECURITY_PROTOCOL: protocol }: Given): boolean => protocol.endsWith('SSL')
const asksWho = ({ KAFKA_SECURITY_PROTOCOL: protocol }: Given): boolean => protocol.startsWith('SASL')

/** What to connect to Kafka with: reads the files that the variables name. {@link ConfigError} names what is missing, too many or no such file. */
export function kafkaAccess(config: Given): KafkaAccess {
  told([...combined(config)])
  const problems: string[] = []
  const [ca, cert, key, secret] = (
    ['KAFKA_CA_FILE', 'KAFKA_CERT_FILE', 'KAFKA_KEY_FILE', 'KAFKA_SASL_PASSWORD_FILE'] as const
  ).map((name) => {
    try {
      return config[name] === '' ? undefined : readFileSync(config[name], 'utf8')
    } catch (error) {
      problems.push(`${name} cannot be read: ${(error as { code?: string }).code ?? 'no file'}.`)
      return undefined
    }
  })
  told(problems)
  const password = secret?.replace(/\r?\n$/, '')
  told([...held({ ca, cert, key, password })])
  const ssl = { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert, key: key! }) }
  const { KAFKA_BROKERS: brokers, KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = config
  return {
    brokers,
    ...(encrypts(config) && { ssl: Object.keys(ssl).length === 0 ? true : ssl }),
    // kafkajs has a type of its own for each mechanism, all of the same form.
    ...(asksWho(config) && { sasl: { mechanism, username, password } as NonNullable<KafkaOptions['sasl']> }),
  }
}

function told(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems)
}

/** What does not go together. */
function* combined(config: Given): Generator<string> {
  const protocol = config.KAFKA_SECURITY_PROTOCOL
  const files: readonly Name[] = ['KAFKA_CA_FILE', 'KAFKA_CERT_FILE', 'KAFKA_KEY_FILE']
  const who: readonly Name[] = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD_FILE']
  for (const [wanted, names, where] of [
    [encrypts(config), files, 'SSL and SASL_SSL'],
    [asksWho(config), who, 'SASL_PLAINTEXT and SASL_SSL'],
  ] as const)
    for (const name of names)
      if (!wanted && config[name] !== '') yield `${name} is for ${where}, and KAFKA_SECURITY_PROTOCOL is ${protocol}.`
  if ((config.KAFKA_CERT_FILE === '') !== (config.KAFKA_KEY_FILE === ''))
    yield 'KAFKA_CERT_FILE and KAFKA_KEY_FILE belong together: one of them is missing.'
  for (const name of who) if (asksWho(config) && config[name] === '') yield `${name} is missing for ${protocol}.`
}

/** Files that hold something else: TLS says nothing of them before somebody connects, and then not which one. */
function* held(files: Readonly<Record<'ca' | 'cert' | 'key' | 'password', string | undefined>>): Generator<string> {
  const { ca, cert, key, password } = files
  const [authority, own] = [ca, cert].map((pem) => pem && perhaps(() => new X509Certificate(pem)))
  if (ca !== undefined && !authority) yield 'KAFKA_CA_FILE holds no certificate in PEM.'
  if (cert !== undefined && !own) yield 'KAFKA_CERT_FILE holds no certificate in PEM.'
  const opened = key && perhaps(() => createPrivateKey(key))
  if (key !== undefined && !opened) yield 'KAFKA_KEY_FILE holds no private key in PEM that opens without a password.'
  if (own && opened && !own.checkPrivateKey(opened))
    yield 'KAFKA_KEY_FILE holds another key than that of KAFKA_CERT_FILE.'
  if (password === '') yield 'KAFKA_SASL_PASSWORD_FILE is empty.'
  if (password !== undefined && /[\r\n]/.test(password)) yield 'KAFKA_SASL_PASSWORD_FILE has more than one line.'
}

function perhaps<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
