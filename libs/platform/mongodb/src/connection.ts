import { RapportError } from '@rapport/events'
import mongoose from 'mongoose'
import type { mongo } from 'mongoose'
import { bounded } from './bounded.ts'
import { failureOf, portError } from './failure.ts'
import { again } from './settle.ts'

export type Collection<Row extends mongo.Document> = mongo.Collection<Row>

/** Where a port's database is, and how long to wait for it. */
export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`; a database in its path is only where the user is looked up. */
  readonly url: string
  /** The databases are `<prefix>-documents`, `<prefix>-ops` and `<prefix>-keys`. Default: rapport. */
  readonly prefix?: string
  /** Milliseconds until a call gives up on a server that cannot be reached; then it is `Unavailable`, or `OutcomeUnknown`. Default: 5,000. */
  readonly patience?: number
  /** Sockets a port opens at most. Default: 20. */
  readonly poolSize?: number
}

/** A port's own database on a connection of its own. */
export interface Database {
  readonly patience: number
  collection<Row extends mongo.Document>(name: string): Collection<Row>
  /** The names of the collections that are there. */
  names(): Promise<readonly string[]>
  drop(collection: string): Promise<void>
  close(): Promise<void>
}

/** The layout of the databases that this release writes; a newer one is refused. */
const FORMAT = 1
const prefixPattern = /^[a-z][a-z0-9-]{0,30}$/

/**
 * Connects to the database of one port. Every write waits for the journals of the majority, every read for what the majority
 * has: what a call answered can no longer be rolled back. The address cannot weaken that, for it is said per database.
 */
export async function connect(options: MongoOptions, port: 'documents' | 'ops' | 'keys'): Promise<Database> {
  const { url, prefix = 'rapport', patience = 5000, poolSize = 20 } = options
  if (!prefixPattern.test(prefix))
    throw new RapportError('invalid-prefix', 'A prefix is a to z, 0 to 9 and -, at most 31 of them.', { prefix })
  const connection = mongoose.createConnection()
  try {
    await connection.openUri(url, {
      appName: `rapport-${port}`,
      bufferCommands: false,
      autoIndex: false,
      autoCreate: false,
      maxPoolSize: poolSize,
      serverSelectionTimeoutMS: patience,
      // A server that seemed to step down is looked at again well before a call gives up on it.
      heartbeatFrequencyMS: Math.max(500, Math.min(2000, Math.floor(patience / 2))),
      connectTimeoutMS: patience,
      waitQueueTimeoutMS: patience,
      socketTimeoutMS: 30_000,
      // The one retry is ours (settle.ts): it knows a write again by what it left, also after a restart of the server.
      retryWrites: false,
      promoteBuffers: true,
    })
  } catch (error) {
    await connection.destroy()
    const { name } = error as Error
    if (failureOf(error) === undefined || error instanceof mongoose.mongo.MongoAPIError || name === 'MongoParseError')
      throw new RapportError('invalid-address', 'The address is not one of MongoDB, or an option in it is unknown.')
    throw portError(error)
  }
  const db = connection.getClient().db(`${prefix}-${port}`, {
    readPreference: 'primary',
    readConcern: new mongoose.mongo.ReadConcern('majority'),
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  })
  const database: Database = {
    patience,
    collection: (name) => bounded(db.collection(name)),
    names: async () => (await bounded(db).listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name),
    drop: async (name) => void (await bounded(db).dropCollection(name)),
    close: () => connection.destroy(),
  }
  try {
    await knowFormat(database)
    return database
  } catch (error) {
    await connection.destroy()
    throw error
  }
}

async function knowFormat(database: Database): Promise<void> {
  const formats = database.collection<{ _id: string; version: number }>('format')
  const { version } = await again(database.patience, async () => {
    const stored = await formats.findOne({ _id: 'format' })
    if (stored === null) await formats.insertOne({ _id: 'format', version: FORMAT })
    return stored ?? undefined
  })
  if (version > FORMAT)
    throw new RapportError('newer-database', `The database was written by a newer release (${version}).`, {
      found: version,
      known: FORMAT,
    })
}
