import { Unavailable } from '@rapport/events'
import { reach } from './crash.ts'
import type { Database } from './database.ts'
import { failureOf, portError } from './failure.ts'

/** One call that waits for the group's COMMIT. */
export interface Member {
  /** How many rows it may write. */
  readonly size: number
  /** Decides in memory what the call does; writes nothing. */
  judge(): void
  /** Answers, after COMMIT. */
  settle(): void
  fail(error: unknown): void
}

/** A store that has a part in the group: what its members decided is written together. */
export interface Participant {
  /** About how many bytes wait to be written; 0 for none. */
  pending(): number
  write(): void
  committed(): void
  undone(): void
}

// Copying the log into the file is paid once for the pages that many groups changed.
const CHECKPOINT_BYTES = 16 * 1024 * 1024
const COMMIT_BYTES = 20 * 1024
/** Rows of one group, beyond which no further call is taken in. */
const GROUP = 4096

/**
 * Group commit: every call queued in one turn of the event loop becomes durable in one transaction, with one fsync.
 * A group that cannot be written fails as a whole; after an error that leaves its outcome open nothing is accepted any more.
 */
export class Writer {
  readonly #db: Database
  readonly #participants: Participant[] = []
  #queue: Member[] = []
  #scheduled: NodeJS.Immediate | undefined
  #closed = false
  #logged = 0

  constructor(db: Database) {
    this.#db = db
  }

  join(participant: Participant): void {
    this.#participants.push(participant)
  }

  /** Throws when nothing may be asked of the file any more. */
  check(): void {
    this.#db.check()
    if (this.#closed) throw new Unavailable('The store is closed.')
  }

  add(member: Member): void {
    this.check()
    this.#queue.push(member)
    this.#scheduled ??= setImmediate(this.#flush)
  }

  /** Writes what still waits, then accepts nothing more. */
  close(): void {
    while (this.#queue.length > 0) this.#flush()
    this.#closed = true
  }

  /** The members of the next group: all that wait, unless together they would hold up the event loop. */
  #take(): readonly Member[] {
    const all = this.#queue
    let end = 0
    for (let size = 0; end < all.length && size < GROUP; end++) size += all[end]!.size
    this.#queue = all.slice(end)
    if (this.#queue.length > 0) this.#scheduled = setImmediate(this.#flush)
    return end === all.length ? all : all.slice(0, end)
  }

  readonly #flush = (): void => {
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled)
    this.#scheduled = undefined
    const members = this.#take()
    let committing = false
    try {
      reach('beforeAppend')
      for (const member of members) member.judge()
      const bytes = this.#participants.reduce((sum, each) => sum + each.pending(), 0)
      if (bytes > 0) {
        this.#db.sql('BEGIN IMMEDIATE').run()
        for (const each of this.#participants) each.write()
        reach('insideGroup')
        committing = true
        this.#db.sql('COMMIT').run()
        committing = false
        this.#logged += bytes + COMMIT_BYTES
        reach('afterCommit')
      }
    } catch (error) {
      const answer = this.#db.undo(error, committing) ? portError(error, this.#db.path) : this.#stop(error)
      for (const each of this.#participants) each.undone()
      for (const member of members) member.fail(answer)
      return
    }
    for (const member of members) member.settle()
    for (const each of this.#participants) each.committed()
    if (this.#logged >= CHECKPOINT_BYTES) this.#checkpoint()
  }

  /** SQLite's own checkpoints hide their errors, and after a failed sync the process must stop. */
  #checkpoint(): void {
    this.#logged = 0
    try {
      this.#db.sql('PRAGMA wal_checkpoint(PASSIVE)').all()
    } catch (error) {
      if (failureOf(error) === 'fatal') this.#stop(error)
    }
  }

  #stop(error: unknown): unknown {
    const answer = this.#db.die(error)
    const waiting = this.#queue
    this.#queue = []
    // What waits was certainly not stored.
    for (const member of waiting) member.fail(new Unavailable('The storage failed; the process must end.'))
    for (const each of this.#participants) each.undone()
    return answer
  }
}
