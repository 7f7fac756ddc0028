import type { Variables } from '@rapport/service'
import { z } from 'zod'
import { houseRoles, type HouseRole } from './house.ts'

const path = z.string().min(1).max(4096)
const known = new Set<string>(houseRoles)

/** The addresses of the servers: with all three a process works on them, with none on a data folder. */
export const addressVariables = {
  EVENTSTORE_URL: {
    schema: z.string().regex(/^(esdb|kurrentdb)(\+discover)?:\/\/\S+$/, 'must be an address like esdb://host:2113'),
    words: 'The event store: EventStoreDB or KurrentDB.',
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

/** What a process on the servers needs besides. */
export const serversVariables = {
  ...addressVariables,
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
