import { OutcomeUnknown, StorageFull, Unavailable } from '@rapport/events'
import { reach } from './crash.ts'
import type { Database } from './database.ts'
import { failureOf, messageOf } from './failure.ts'

/** One call that waits for the group's COMMIT. */
export interface Member {
  /** Decides in memory what the call does; writes nothing. */
  judge(): void
  /** Answers, after COMMIT. */
  settle(): void
  fail(error: unknown): void
}

/** A store that has a part in the group: what its members decided is written together. */
export interface Participant {
  pending(): boolean
  write(): void
  committed(): void
  undone(): void
}

/**
 * Group commit: every call queued in one turn of the event loop becomes durable in one transaction, with one fsync.
 * A group that cannot be written fails as a whole; after an error that leaves its outcome open nothing is accepted any more.
 */
export class Writer {
  readonly #db: Database
  readonly #onFatal: (error: OutcomeUnknown) => void
  readonly #participants: Participant[] = []
  #queue: Member[] = []
  #scheduled: NodeJS.Immediate | undefined
  #dead: OutcomeUnknown | undefined
  #closed = false

  constructor(db: Database, onFatal: (error: OutcomeUnknown) => void) {
    this.#db = db
    this.#onFatal = onFatal
  }

  join(participant: Participant): void {
    this.#participants.push(participant)
  }

  /** Throws when nothing may be asked of the file any more. */
  check(): void {
    if (this.#dead !== undefined) throw new Unavailable('The store stopped after an error of the storage.', { cause: this.#dead.message })
    if (this.#closed) throw new Unavailable('The store is closed.')
  }

  add(member: Member): void {
    this.check()
    this.#queue.push(member)
    this.#scheduled ??= setImmediate(this.#flush)
  }

  /** Writes what still waits, then accepts nothing more. */
  close(): void {
    if (this.#queue.length > 0) this.#flush()
    this.#closed = true
  }

  readonly #flush = (): void => {
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled)
    this.#scheduled = undefined
    const members = this.#queue
    this.#queue = []
    let committing = false
    try {
      reach('beforeAppend')
      for (const member of members) member.judge()
      if (this.#participants.some(each => each.pending())) {
        this.#db.sql('BEGIN IMMEDIATE').run()
        for (const each of this.#participants) each.write()
        reach('insideGroup')
        committing = true
        this.#db.sql('COMMIT').run()
        committing = false
        reach('afterCommit')
      }
    } catch (error) {
      this.#undo(members, error, committing)
      return
    }
    for (const member of members) member.settle()
    for (const each of this.#participants) each.committed()
  }

  #undo(members: readonly Member[], error: unknown, committing: boolean): void {
    const failure = failureOf(error)
    let open = committing || failure === 'fatal'
    try {
      if (this.#db.raw.isTransaction) this.#db.sql('ROLLBACK').run()
    } catch {
      open = true
    }
    for (const each of this.#participants) each.undone()
    let answer: unknown = failure === 'not-sqlite' ? error : new Unavailable(messageOf(error))
    // The failed write of a full disk precedes the commit frame: with the transaction gone nothing of it can come back.
    if (failure === 'full' && !this.#db.raw.isTransaction) answer = new StorageFull()
    else if (open) {
      this.#dead = new OutcomeUnknown(messageOf(error))
      answer = this.#dead
      const waiting = this.#queue
      this.#queue = []
      for (const member of waiting) member.fail(new Unavailable('The store stopped after an error of the storage.'))
    }
    for (const member of members) member.fail(answer)
    if (this.#dead !== undefined) this.#onFatal(this.#dead)
  }
}
