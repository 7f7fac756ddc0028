import { Conflict } from '@rapport/events'
import type { Appended, Expected, NewEvent } from '@rapport/events'
import type { Database } from '../database.ts'
import type { Participant } from '../writer.ts'
import type { Recent } from './recent.ts'
import { Rows } from './rows.ts'
import { positionOf } from './schema.ts'

/** Where a stream stands: its number in the file, 0 for none, and the revision of its last event, -1 for none. */
export interface Head {
  readonly stream: number
  readonly revision: number
}
interface Pending {
  readonly seq: number
  readonly revision: number
  readonly id: string
}
interface Open {
  stream: number
  revision: number
  readonly pending: Pending[]
}

/** What one group appends: judged wholly in memory, written in as few statements as possible, known to others after COMMIT. */
export class Group implements Participant {
  readonly #db: Database
  readonly #now: () => number
  readonly #heads: Recent<string, Head>
  readonly #onEnd: () => void
  readonly #contexts = new Map<string, number>()
  readonly #tenants = new Set<string>()
  readonly #rows: Rows
  #seq = 0
  #streams = 0
  #recorded = ''

  // Of the group that is being judged:
  #open = new Map<string, Open>()
  #newStreams: [number, string][] = []
  #newContexts: [number, string][] = []
  #newTenants: string[] = []
  #nextSeq = 0
  #nextStream = 0
  #stamp = ''

  constructor(db: Database, now: () => number, heads: Recent<string, Head>, onEnd: () => void) {
    this.#db = db
    this.#rows = new Rows(db)
    this.#now = now
    this.#heads = heads
    this.#onEnd = onEnd
    this.#load()
  }

  /** The number of the last durable event. */
  get seq(): number {
    return this.#seq
  }

  #load(): void {
    const last = this.#db.sql('SELECT seq, recorded FROM events ORDER BY seq DESC LIMIT 1').get()
    this.#seq = Number(last?.['seq'] ?? 0)
    this.#recorded = String(last?.['recorded'] ?? '')
    this.#streams = Number(this.#db.sql('SELECT max(id) AS id FROM streams').get()?.['id'] ?? 0)
    this.#contexts.clear()
    for (const each of this.#db.sql('SELECT id, name FROM contexts').all())
      this.#contexts.set(String(each['name']), Number(each['id']))
    this.#tenants.clear()
    for (const each of this.#db.sql('SELECT name FROM tenants').all()) this.#tenants.add(String(each['name']))
    this.#reset()
  }

  #reset(): void {
    this.#rows.clear()
    this.#open = new Map()
    this.#newStreams = []
    this.#newContexts = []
    this.#newTenants = []
    this.#nextSeq = this.#seq
    this.#nextStream = this.#streams
    this.#stamp = ''
  }

  /** The head as the group so far leaves it; a stream without events has the number 0. */
  #stands(name: string): Open {
    let open = this.#open.get(name)
    if (open === undefined) {
      const head: Head = this.#heads.get(name) ?? this.#loadHead(name)
      this.#open.set(name, (open = { stream: head.stream, revision: head.revision, pending: [] }))
    }
    return open
  }

  #loadHead(name: string): Head {
    const found = this.#db
      .sql(
        'SELECT s.id, (SELECT max(revision) FROM events WHERE stream = s.id) AS revision FROM streams s WHERE s.name = ?',
      )
      .get(name)
    if (found === undefined) return { stream: 0, revision: -1 }
    const head = { stream: Number(found['id']), revision: Number(found['revision'] ?? -1) }
    this.#heads.set(name, head)
    return head
  }

  /** The answer that the call will get if the group becomes durable. */
  judge(name: string, events: readonly NewEvent[], expected: Expected): Appended | Conflict {
    const base = expected === 'none' ? -1 : expected
    const open = this.#stands(name)
    if (base === open.revision) return this.#accept(name, open, events)
    const repeated = base < open.revision ? this.#repeats(open, events, base) : undefined
    return repeated ?? new Conflict(name, open.revision === -1 ? 'none' : open.revision)
  }

  #accept(name: string, open: Open, events: readonly NewEvent[]): Appended {
    if (this.#stamp === '') {
      const now = new Date(this.#now()).toISOString()
      this.#stamp = now > this.#recorded ? now : this.#recorded
    }
    if (open.stream === 0) {
      open.stream = ++this.#nextStream
      this.#newStreams.push([open.stream, name])
      const tenant = name.slice(name.lastIndexOf('-', name.indexOf('~')) + 1, name.indexOf('~'))
      if (!this.#tenants.has(tenant) && !this.#newTenants.includes(tenant)) this.#newTenants.push(tenant)
    }
    const context = this.#context(name.slice(0, name.indexOf('.')))
    for (const { id, type, metadata, data } of events) {
      const seq = ++this.#nextSeq
      const revision = ++open.revision
      open.pending.push({ seq, revision, id })
      this.#rows.add(seq, context, open.stream, revision, id, type, this.#stamp, metadata, data)
    }
    return { revision: open.revision, position: positionOf(this.#nextSeq) }
  }

  #context(name: string): number {
    const known = this.#contexts.get(name) ?? this.#newContexts.find((each) => each[1] === name)?.[0]
    if (known !== undefined) return known
    const id = this.#contexts.size + this.#newContexts.length + 1
    this.#newContexts.push([id, name])
    return id
  }

  /** The first result, when exactly these events stand behind the expected revision. */
  #repeats(open: Open, events: readonly NewEvent[], base: number): Appended | undefined {
    const last = base + events.length
    if (last > open.revision) return undefined
    const stored = this.#db
      .sql('SELECT seq, revision, id FROM events WHERE stream = ? AND revision > ? AND revision <= ? ORDER BY revision')
      .all(open.stream, base, last) as unknown as Pending[]
    const standing = [...stored, ...open.pending.filter((each) => each.revision > base && each.revision <= last)]
    if (standing.length !== events.length || !standing.every((each, n) => each.id === events[n]!.id)) return undefined
    return { revision: last, position: positionOf(standing.at(-1)!.seq) }
  }

  pending(): number {
    return this.#rows.bytes
  }

  write(): void {
    for (const each of this.#newContexts) this.#db.sql('INSERT INTO contexts (id, name) VALUES (?, ?)').run(...each)
    for (const each of this.#newTenants) this.#db.sql('INSERT INTO tenants (name) VALUES (?)').run(each)
    for (const each of this.#newStreams) this.#db.sql('INSERT INTO streams (id, name) VALUES (?, ?)').run(...each)
    this.#rows.write()
  }

  committed(): void {
    const wrote = this.#rows.bytes > 0
    if (wrote) {
      for (const [name, open] of this.#open) this.#heads.set(name, { stream: open.stream, revision: open.revision })
      for (const [id, name] of this.#newContexts) this.#contexts.set(name, id)
      for (const tenant of this.#newTenants) this.#tenants.add(tenant)
      this.#seq = this.#nextSeq
      this.#streams = this.#nextStream
      this.#recorded = this.#stamp
    }
    this.#reset()
    if (wrote) this.#onEnd()
  }

  undone(): void {
    // What stands in the file is the truth again: a broken constraint would mean that the heads were not.
    this.#heads.clear()
    this.#rows.forget()
    this.#reset()
    this.#onEnd()
  }
}
