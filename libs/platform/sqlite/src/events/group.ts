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
  readonly context: number
  readonly revision: number
}
const contextOf = (stream: string): string => stream.slice(0, stream.indexOf('.'))
/** A head as the group that is being judged moves it. */
type Moving = { -readonly [K in keyof Head]: Head[K] }

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
  #moving = new Map<string, Moving>()
  #newStreams: [number, string][] = []
  #newContexts: [number, string][] = []
  #newTenants: string[] = []
  #nextSeq = 0
  #nextStream = 0
  /** What the clock says for all of the group; '' until it is asked. */
  #instant = ''
  /** recordedAt of the last event so far. */
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
    this.#moving = new Map()
    this.#newStreams = []
    this.#newContexts = []
    this.#newTenants = []
    this.#nextSeq = this.#seq
    this.#nextStream = this.#streams
    this.#instant = ''
    this.#stamp = this.#recorded
  }

  /** The head as the group so far leaves it. */
  #stands(name: string): Moving {
    let moving = this.#moving.get(name)
    if (moving === undefined) {
      const { stream, context, revision } =
        this.#heads.get(name) ?? this.#loadHead(name, this.#context(contextOf(name)))
      this.#moving.set(name, (moving = { stream, context, revision }))
    }
    return moving
  }

  /** The revision of a stream's last durable event, -1 for none. The file is asked once for whoever reads it and appends to it next. */
  revision(name: string): number {
    const known = this.#heads.get(name)
    if (known !== undefined) return known.revision
    const context = this.#contexts.get(contextOf(name))
    if (context === undefined) return -1
    const head = this.#loadHead(name, context)
    this.#heads.set(name, head)
    return head.revision
  }

  #loadHead(name: string, context: number): Head {
    const found = this.#db
      .sql(
        'SELECT s.id, (SELECT max(revision) FROM events WHERE stream = s.id) AS revision FROM streams s WHERE s.name = ?',
      )
      .get(name)
    return found === undefined
      ? { stream: 0, context, revision: -1 }
      : { stream: Number(found['id']), context, revision: Number(found['revision'] ?? -1) }
  }

  /** The answer that the call will get if the group becomes durable. */
  judge(name: string, events: readonly NewEvent[], expected: Expected): Appended | Conflict {
    const base = expected === 'none' ? -1 : expected
    const head = this.#stands(name)
    if (base === head.revision) return this.#accept(name, head, events)
    const repeated = base < head.revision ? this.#repeats(head, events, base) : undefined
    return repeated ?? new Conflict(name, head.revision === -1 ? 'none' : head.revision)
  }

  #accept(name: string, head: Moving, events: readonly NewEvent[]): Appended {
    if (this.#instant === '') this.#instant = new Date(this.#now()).toISOString()
    if (head.stream === 0) {
      head.stream = ++this.#nextStream
      this.#newStreams.push([head.stream, name])
      const tenant = name.slice(name.lastIndexOf('-', name.indexOf('~')) + 1, name.indexOf('~'))
      if (!this.#tenants.has(tenant) && !this.#newTenants.includes(tenant)) this.#newTenants.push(tenant)
    }
    for (const { id, type, metadata, data, recordedAt = this.#instant } of events) {
      if (recordedAt > this.#stamp) this.#stamp = recordedAt
      this.#rows.add(++this.#nextSeq, head.context, head.stream, ++head.revision, id, type, this.#stamp, metadata, data)
    }
    return { revision: head.revision, position: positionOf(this.#nextSeq) }
  }

  #context(name: string): number {
    const known = this.#contexts.get(name) ?? this.#newContexts.find((each) => each[1] === name)?.[0]
    if (known !== undefined) return known
    const id = this.#contexts.size + this.#newContexts.length + 1
    this.#newContexts.push([id, name])
    return id
  }

  /** The first result, when exactly these events stand behind the expected revision. */
  #repeats(head: Head, events: readonly NewEvent[], base: number): Appended | undefined {
    const last = base + events.length
    if (last > head.revision) return undefined
    const stored = this.#db
      .sql('SELECT seq, id FROM events WHERE stream = ? AND revision > ? AND revision <= ? ORDER BY revision')
      .all(head.stream, base, last) as unknown as { readonly seq: number; readonly id: string }[]
    const standing = [...stored, ...this.#rows.of(head.stream, base, last)]
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
      for (const [name, head] of this.#moving) this.#heads.set(name, head)
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
