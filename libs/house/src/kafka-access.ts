import { readFileSync } from 'node:fs'
import type { KafkaOptions } from '@rapport/kafka'
import { ConfigError, type Config } from '@rapport/service'
import type { kafkaVariables } from './variables.ts'

export type KafkaAccess = Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl'>
type Given = Config<typeof kafkaVariables>

/** What to connect to Kafka with: reads the files that the variables name. {@link ConfigError} names everything that is missing or too many. */
export function kafkaAccess(config: Given): KafkaAccess {
  const { KAFKA_BROKERS: brokers, KAFKA_SECURITY_PROTOCOL: protocol } = config
  const [encrypted, named] = [protocol.endsWith('SSL'), protocol.startsWith('SASL')]
  const problems: string[] = []
  const only = (wanted: boolean, when: string, names: readonly (keyof Given)[]): void => {
    for (const name of names)
      if (!wanted && config[name] !== '')
        problems.push(`${name} is for ${when}, and KAFKA_SECURITY_PROTOCOL is ${protocol}.`)
  }
  only(encrypted, 'SSL and SASL_SSL', ['KAFKA_CA_FILE', 'KAFKA_CERT_FILE', 'KAFKA_KEY_FILE'])
  only(named, 'SASL_PLAINTEXT and SASL_SSL', ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD_FILE'])
  const { KAFKA_CERT_FILE: cert, KAFKA_KEY_FILE: key } = config
  if ((cert === '') !== (key === ''))
    problems.push(`KAFKA_CERT_FILE and KAFKA_KEY_FILE belong together: one of them is missing.`)
  for (const name of named ? (['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD_FILE'] as const) : [])
    if (config[name] === '') problems.push(`${name} is missing for ${protocol}.`)
  const read = (name: 'KAFKA_CA_FILE' | 'KAFKA_CERT_FILE' | 'KAFKA_KEY_FILE' | 'KAFKA_SASL_PASSWORD_FILE'): string => {
    if (config[name] === '' || problems.length > 0) return ''
    try {
      return readFileSync(config[name], 'utf8')
    } catch (error) {
      problems.push(`${name} cannot be read: ${(error as { code?: string }).code ?? 'no file'}.`)
      return ''
    }
  }
  const pem = { ca: read('KAFKA_CA_FILE'), cert: read('KAFKA_CERT_FILE'), key: read('KAFKA_KEY_FILE') }
  const password = read('KAFKA_SASL_PASSWORD_FILE').replace(/\r?\n$/, '')
  if (problems.length === 0 && named && password === '') problems.push('KAFKA_SASL_PASSWORD_FILE is empty.')
  if (problems.length > 0) throw new ConfigError(problems)
  const ssl = Object.fromEntries(Object.entries(pem).filter(([, text]) => text !== ''))
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = config
  return {
    brokers,
    ...(encrypted && { ssl: Object.keys(ssl).length === 0 ? true : ssl }),
    // kafkajs has a type of its own for each mechanism, all of the same form.
    ...(named && { sasl: { mechanism, username, password } as NonNullable<KafkaOptions['sasl']> }),
  }
}
