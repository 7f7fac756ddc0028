import type { Variables } from '@rapport/service'
import { z } from 'zod'
import { houseRoles, type HouseRole } from './house.ts'

const path = z.string().min(1).max(4096)
const known = new Set<string>(houseRoles)

/** The addresses of the servers: with all three a process works on them, with none on a data folder. */
export const addressVariables = {
  EVENTSTORE_URL: {
    schema: z.string().regex(/^(esdb|kurrentdb)(\+discover)?:\/\/\S+$/, 'must be an address like esdb://host:2113'),
    words: 'The event store: EventStoreDB or KurrentDB, over TLS unless the address ends with ?tls=false.',
    secret: true,
  },
  MONGODB_URL: {
    schema: z.string().regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must be an address like mongodb://host:27017'),
    words: 'The read models, the state of the deployment and its keys, each in a database of its own.',
    secret: true,
  },
  KAFKA_BROKERS: {
    schema: z
      .string()
      .regex(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, 'must be one or more host:port with commas between')
      .transform((text) => text.split(',')),
    words: 'The brokers that public events go to, and that reactions hear.',
  },
} as const satisfies Variables

const optionalPath = z.string().max(4096, 'must be the path of a file')

/** How Kafka is reached: the brokers, and what they ask of a client; protocols and mechanisms by Kafka's own names. */
export const kafkaVariables = {
  KAFKA_BROKERS: addressVariables.KAFKA_BROKERS,
  KAFKA_SECURITY_PROTOCOL: {
    schema: z.enum(
      ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
      'must be one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL',
    ),
    default: 'PLAINTEXT',
    words: 'How the brokers are spoken to: SSL encrypts, SASL says who it is.',
  },
  KAFKA_CA_FILE: {
    schema: optionalPath,
    default: '',
    words:
      'With SSL: a file of PEM certificates that the brokers’ are checked with; by default those that Node trusts.',
  },
  KAFKA_CERT_FILE: {
    schema: optionalPath,
    default: '',
    words: 'With SSL, where brokers ask for a certificate of the client: a file with it in PEM.',
  },
  KAFKA_KEY_FILE: {
    schema: optionalPath,
    default: '',
    words: 'The private key of that certificate in PEM; a mounted secret.',
  },
  KAFKA_SASL_MECHANISM: {
    schema: z
      .enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], 'must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512')
      .transform((text) => text.toLowerCase() as Lowercase<typeof text>),
    default: 'SCRAM-SHA-512',
    words:
      'With SASL: how user and password are proved. PLAIN shows them to whoever reads along, unless it is SASL_SSL.',
  },
  KAFKA_SASL_USERNAME: {
    schema: z.string().max(255, 'must be at most 255 characters'),
    default: '',
    words: 'With SASL: the user.',
    secret: true,
  },
  KAFKA_SASL_PASSWORD_FILE: {
    schema: optionalPath,
    default: '',
    words: 'With SASL: a file with the password; a mounted secret. A newline at its end does not count.',
  },
} as const satisfies Variables

/** What a process on the servers needs besides. */
export const serversVariables = {
  ...addressVariables,
  ...kafkaVariables,
  KEYS_MASTER_KEY_FILE: {
    schema: path,
    words:
      'A file with the 32 bytes (raw, hex or base64) that wrap every tenant’s keys; a mounted secret. Lost, nothing personal can be opened again.',
  },
  TOKEN_KEY_FILE: {
    schema: path,
    words: 'A file with the key that signs access tokens, 32 bytes in base64url, the same for every service.',
  },
  DEPLOYMENT: {
    schema: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a to z, 0 to 9 and -, at most 31 of them'),
    default: 'rapport',
    words: 'Begins the names of topics, consumer groups and databases.',
  },
} as const satisfies Variables

/** What the service of a context does where ROLES says nothing, and what the projection does. */
export const contextRoles = ['api', 'relay', 'react', 'clock'] as const satisfies readonly HouseRole[]
export const projectionRoles = ['query', 'project'] as const satisfies readonly HouseRole[]

export const rolesVariable = (usual: readonly HouseRole[]) =>
  ({
    ROLES: {
      schema: z
        .string()
        .refine(
          (text) => text.split(',').every((role) => known.has(role)),
          `must be of ${houseRoles.join(', ')}, with commas between`,
        )
        .transform((text) => text.split(',') as HouseRole[]),
      default: usual.join(','),
      words:
        'What the process does: api (commands), relay, react, clock; query (views) and project (feeding them) in the projection.',
    },
  }) as const satisfies Variables
