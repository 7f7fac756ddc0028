import { randomUUID } from 'node:crypto'
import type { CheckpointWrite, Documents, Position, PutOutcome } from '@rapport/events'
import { reach } from '../crash.ts'
import type { Database } from '../database.ts'
import { portError } from '../failure.ts'
import type { Key, Table } from './table.ts'

/** A document as it is to stand; without a body it is a tombstone. */
export interface Change {
  readonly table: Table
  readonly tenant: string
  readonly id: string
  readonly position: Position
  readonly body: string | null
  readonly expected: 'none' | Position
  readonly keys: readonly (Key | null)[]
}
export type Written = Awaited<ReturnType<Documents['write']>>
/** A call of `write` that waits for its turn. */
interface Waiting {
  readonly rows: readonly Change[]
  readonly checkpoint: CheckpointWrite | undefined
  readonly resolve: (written: Written) => void
  readonly reject: (error: unknown) => void
}

/** The writes of a file: what is written in one turn of the event loop goes into one transaction. */
export class Writes {
  readonly #db: Database
  #waiting: Waiting[] = []
  #scheduled: NodeJS.Immediate | undefined

  constructor(db: Database) {
    this.#db = db
  }

  add(rows: readonly Change[], checkpoint: CheckpointWrite | undefined): Promise<Written> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, checkpoint, resolve, reject })
      this.#scheduled ??= setImmediate(this.#flush)
    })
  }

  /** Writes what still waits, at once. */
  settle(): void {
    if (this.#scheduled === undefined) return
    clearImmediate(this.#scheduled)
    this.#flush()
  }

  /** Who lost leaves nothing, and the others stand; what else goes wrong is told to all, and nothing stands. */
  readonly #flush = (): void => {
    this.#scheduled = undefined
    const members = this.#waiting
    this.#waiting = []
    try {
      this.#db.check()
      const answers = this.#db.transaction(() => members.map((member) => this.#writeOne(member)))
      for (const [n, { resolve }] of members.entries()) resolve(answers[n]!)
    } catch (error) {
      for (const { reject } of members) reject(portError(error, this.#db.path))
    }
  }

  #writeOne({ rows, checkpoint }: Waiting): Written {
    if (checkpoint === undefined) return { puts: rows.map((row) => this.#write(row)) }
    this.#db.sql('SAVEPOINT one').run()
    try {
      const written = this.#writeWith(checkpoint, rows)
      this.#db.sql('RELEASE one').run()
      return written
    } catch (error) {
      if (!(error instanceof Lost)) throw error
      this.#db.sql('ROLLBACK TO one').run()
      this.#db.sql('RELEASE one').run()
      return { puts: rows.map(() => 'lost'), checkpoint: 'lost' }
    }
  }

  /** {@link Lost} where it is to be taken back. */
  #writeWith({ name, value, expected }: CheckpointWrite, rows: readonly Change[]): Written {
    const standing = this.#db.sql('SELECT version FROM checkpoints WHERE name = ?').get(name)?.['version']
    if (standing !== (expected === 'none' ? undefined : expected)) throw new Lost()
    const outcomes = rows.map((row) => this.#write(row))
    if (outcomes.includes('lost')) throw new Lost()
    reach('betweenDocumentAndCheckpoint')
    const version = randomUUID()
    this.#db
      .sql('INSERT OR REPLACE INTO checkpoints (name, value, version) VALUES (?, ?, ?)')
      .run(name, JSON.stringify(value), version)
    return { puts: outcomes, checkpoint: { version } }
  }

  #write({ table, tenant, id, position, expected, body, keys }: Change): PutOutcome {
    const all = [position, body, body === null ? 0 : 1, ...keys, tenant, id]
    const changed = (sql: string, values: readonly (Key | null)[]): boolean =>
      this.#db.sql(sql).run(...values).changes === 1
    const written =
      expected === 'none'
        ? changed(table.insert, all)
        : (body !== null && changed(table.updateBody, [position, body, tenant, id, expected, ...keys])) ||
          changed(table.update, [...all, expected])
    return written ? 'written' : 'lost'
  }
}

/** The checkpoint, or a put beside it, met something else than it expected. */
class Lost extends Error {}
