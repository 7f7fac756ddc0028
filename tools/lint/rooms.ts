/** A room of the house; docs/map.md shows this table, and a spec keeps the two in step. */
export interface Room {
  folder: string
  holds: string
  /** The rooms it may import; its own files are always reached by relative paths. */
  rooms: readonly string[]
  /** The packages it may import; `node:` is the standard library without drivers, `*` is every package. */
  packages: readonly string[]
  /** What its specs may import besides. */
  specs: { rooms: readonly string[]; packages: readonly string[] }
}

const jest = ['@jest/globals', 'fast-check']
const nest = ['@nestjs/*', 'class-transformer', 'class-validator', 'fastify', '@fastify/*', 'reflect-metadata', 'rxjs']
const platformSpecs = { rooms: ['testing'], packages: ['node:', ...jest] }
const businessSpecs = { rooms: ['testing'], packages: ['node:fs', ...jest] }
const libraries = [
  'contracts',
  'contexts',
  'contexts-http',
  'views',
  'events',
  'testing',
  'sqlite',
  'eventstoredb',
  'mongodb',
  'kafka',
  'business-time',
  'import',
  'service',
  'ledger',
  'house',
]

export const rooms: Readonly<Record<string, Room>> = {
  apps: {
    folder: 'apps/*',
    holds: 'deployables: a list of what each serves; no rules live here',
    rooms: libraries,
    packages: ['*'],
    specs: { rooms: [], packages: [] },
  },
  contracts: {
    folder: 'libs/contracts',
    holds: 'what the contexts may know of each other: public events and facts, a file a context',
    rooms: ['events'],
    packages: ['zod'],
    specs: businessSpecs,
  },
  contexts: {
    folder: 'libs/contexts/*',
    holds: 'the business, a folder a bounded context; a context never imports another',
    rooms: ['events', 'business-time', 'contracts'],
    packages: ['zod'],
    specs: businessSpecs,
  },
  'contexts-http': {
    folder: 'libs/contexts/*/src/http',
    holds: 'what of a context is neither command nor query',
    rooms: ['events', 'business-time', 'contracts'],
    packages: ['zod', ...nest],
    specs: { rooms: ['testing'], packages: ['node:', ...jest] },
  },
  views: {
    folder: 'libs/views',
    holds: 'read models that join contexts: they fold contract events only',
    rooms: ['events', 'contracts'],
    packages: [],
    specs: businessSpecs,
  },
  events: {
    folder: 'libs/platform/events',
    holds: 'event, decision, fold, handle, read model, reaction, relay, the ports, a memory adapter of each',
    rooms: [],
    packages: ['node:', 'zod', 'canonicalize'],
    specs: { rooms: [], packages: jest },
  },
  testing: {
    folder: 'libs/platform/testing',
    holds: 'given/when/then, the contract suites of the ports, the crash harness',
    rooms: ['events'],
    packages: ['node:', 'zod', ...jest, 'testcontainers', '@testcontainers/*'],
    specs: { rooms: [], packages: [] },
  },
  double: {
    folder: 'libs/platform/testing/src/double',
    holds: 'a protocol double of EventStoreDB, on the descriptors that the client ships',
    rooms: ['events'],
    packages: ['node:', '@grpc/grpc-js', '@eventstore/db-client', 'google-protobuf', ...jest],
    specs: { rooms: [], packages: [] },
  },
  sqlite: {
    folder: 'libs/platform/sqlite',
    holds: 'EventStore, Documents, Ops and Keys on node:sqlite',
    rooms: ['events'],
    packages: ['node:', 'node:sqlite'],
    specs: platformSpecs,
  },
  eventstoredb: {
    folder: 'libs/platform/eventstoredb',
    holds: 'EventStore on @eventstore/db-client',
    rooms: ['events'],
    packages: ['node:', '@eventstore/db-client'],
    specs: platformSpecs,
  },
  mongodb: {
    folder: 'libs/platform/mongodb',
    holds: 'Documents, Ops and Keys on mongoose',
    rooms: ['events'],
    packages: ['node:', 'mongoose'],
    specs: platformSpecs,
  },
  kafka: {
    folder: 'libs/platform/kafka',
    holds: 'Messages on kafkajs',
    rooms: ['events'],
    packages: ['node:', 'kafkajs'],
    specs: platformSpecs,
  },
  'business-time': {
    folder: 'libs/platform/business-time',
    holds: 'calendars and SLA clocks',
    rooms: ['events'],
    packages: ['node:', 'zod'],
    specs: platformSpecs,
  },
  import: {
    folder: 'libs/platform/import',
    holds: 'mapping files, streaming, resume, rejected rows',
    rooms: ['events'],
    packages: ['node:', 'zod', 'csv-parse', 'xz-decompress', 'yaml'],
    specs: platformSpecs,
  },
  service: {
    folder: 'libs/platform/service',
    holds: 'the Nest edge, once for all: config, auth, generated controllers, errors, health, metrics',
    rooms: ['events'],
    packages: ['node:', 'zod', ...nest, 'jose', 'pino', 'prom-client'],
    specs: platformSpecs,
  },
  ledger: {
    folder: 'libs/platform/ledger',
    holds: 'transparency log, evidence bundle, verifier',
    rooms: ['events'],
    packages: ['node:', 'zod', 'canonicalize'],
    specs: platformSpecs,
  },
  house: {
    folder: 'libs/house',
    holds: 'the product composed: every context over its ports, by roles; what the apps start',
    rooms: libraries.filter((room) => room !== 'house'),
    packages: ['node:', 'zod'],
    specs: platformSpecs,
  },
  tools: {
    folder: 'tools',
    holds: 'generators, checks, import mappings, lint rules, the test runner',
    rooms: [...libraries, 'apps'],
    packages: ['*'],
    specs: { rooms: [], packages: [] },
  },
  bench: {
    folder: 'tools/bench',
    holds: 'benchmarks and their controls, which do the same work by hand',
    rooms: [...libraries, 'apps'],
    packages: ['*', 'node:sqlite', '@eventstore/db-client', 'mongoose', 'kafkajs'],
    specs: { rooms: [], packages: [] },
  },
}

/** Packages that stay in the rooms which name them: `*` and `node:` do not include them. */
export const drivers = ['node:sqlite', '@eventstore/db-client', 'mongoose', 'mongodb', 'kafkajs']

/** Packages that belong to the edge; refusing them says where the edge is. */
export const edge = nest

/** The table of docs/map.md. */
export function roomTable(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || 'nothing'
  const all = (names: readonly string[]) =>
    libraries.every((name) => names.includes(name)) ? 'every library' : code(names)
  const rows = Object.entries(rooms).map(([name, room]) => {
    const besides = [...room.specs.rooms, ...room.specs.packages]
    return [
      name,
      `\`${room.folder}\``,
      room.holds,
      all(room.rooms),
      code(room.packages),
      besides.length ? code(besides) : '–',
    ]
  })
  const head = ['Room', 'Folder', 'Holds', 'May import the rooms', 'and the packages', 'its specs also']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
