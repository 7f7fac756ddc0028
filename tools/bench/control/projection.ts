import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** The log and two read models as tables: the rows and indexes that the product keeps, beside a checkpoint. */
const tables = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000;
  CREATE TABLE checkpoint (name TEXT PRIMARY KEY, seq INTEGER NOT NULL);
  CREATE TABLE log (n INTEGER PRIMARY KEY, tenant TEXT, id TEXT, position TEXT, body TEXT,
    scope TEXT, at TEXT, recorded TEXT, moment TEXT, visibility TEXT, kind TEXT, UNIQUE (tenant, id));
  CREATE TABLE interactions (n INTEGER PRIMARY KEY, tenant TEXT, id TEXT, position TEXT, body TEXT,
    engagement TEXT, occurred TEXT, direction TEXT, channel TEXT, UNIQUE (tenant, id));
  CREATE TABLE contacts (n INTEGER PRIMARY KEY, tenant TEXT, id TEXT, position TEXT, body TEXT,
    engagement TEXT, at TEXT, way TEXT, two_way TEXT, UNIQUE (tenant, id));`
/** Made of all rows at the end: one by one they cost several times as much. */
const indexes = `
  CREATE INDEX log_1 ON log (tenant, scope, at, recorded, id); CREATE INDEX log_2 ON log (tenant, scope, moment, visibility, id);
  CREATE INDEX log_3 ON log (tenant, at, id); CREATE INDEX log_4 ON log (tenant, kind, at, id);
  CREATE INDEX interactions_1 ON interactions (tenant, engagement, occurred, direction, channel, id);
  CREATE INDEX contacts_1 ON contacts (tenant, engagement, at, way, two_way, id);`

const page = `SELECT e.seq, s.name, e.revision, e.id, e.type, e.recorded, e.metadata, e.data
  FROM events e JOIN streams s ON s.id = e.stream WHERE e.seq > ? ORDER BY e.seq LIMIT 500`

type Row = [number, string, number, string, string, string, string, string]
/* eslint-disable @typescript-eslint/no-explicit-any -- written by hand for these two events: the shapes are theirs */
type Json = any

/** The projection of contacts, written for them alone: a page is read, folded and put in one transaction with the checkpoint. */
export class ProjectionControl {
  readonly db: DatabaseSync
  readonly #source: DatabaseSync
  readonly #page: StatementSync
  readonly #sql: Readonly<Record<'begin' | 'commit' | 'mark' | Kind, StatementSync>>
  #seq = 0

  /** `events`: the events.db that it follows. */
  constructor(path: string, events: string) {
    this.db = new DatabaseSync(path)
    this.db.exec(tables)
    this.#source = new DatabaseSync(events, { readOnly: true })
    this.#page = this.#source.prepare(page)
    this.#page.setReturnArrays(true)
    const sql = (text: string): StatementSync => this.db.prepare(text)
    const put = (table: string, columns: string): StatementSync =>
      sql(
        `INSERT INTO ${table} (position, body, ${columns}, tenant, id) VALUES (${'?, '.repeat(columns.split(', ').length + 3)}?)
         ON CONFLICT DO UPDATE SET position = excluded.position, body = excluded.body, ${columns
           .split(', ')
           .map((name) => `${name} = excluded.${name}`)
           .join(', ')}`,
      )
    const get = (table: string): StatementSync => sql(`SELECT body FROM ${table} WHERE tenant = ? AND id = ?`)
    this.#sql = {
      begin: sql('BEGIN IMMEDIATE'),
      commit: sql('COMMIT'),
      mark: sql('INSERT OR REPLACE INTO checkpoint (name, seq) VALUES (?, ?)'),
      putLog: put('log', 'scope, at, recorded, moment, visibility, kind'),
      getLog: get('log'),
      putInteraction: put('interactions', 'engagement, occurred, direction, channel'),
      getInteraction: get('interactions'),
      putContact: put('contacts', 'engagement, at, way, two_way'),
      getContact: get('contacts'),
    }
  }

  /** Folds the next page; false at the end. */
  step(): boolean {
    const rows = this.#page.all(this.#seq) as unknown as Row[]
    if (rows.length === 0) return false
    this.#sql.begin.run()
    for (const row of rows) this.#fold(row)
    this.#seq = rows.at(-1)![0]
    this.#sql.mark.run('projection', this.#seq)
    this.#sql.commit.run()
    return true
  }

  /** Folds pages until so many events are behind it. */
  catchUp(to: number): void {
    while (this.#seq < to && this.step());
    if (this.#seq < to) throw new Error(`${this.#seq} of ${to} events`)
  }

  /** Ends the catch-up: makes the indexes. */
  index(): void {
    this.db.exec(indexes)
  }

  #fold([seq, name, revision, id, type, recordedAt, metadataText, dataText]: Row): void {
    const [meta, data]: Json[] = [JSON.parse(metadataText), JSON.parse(dataText)]
    const position = String(seq).padStart(20, '0')
    const stream = name.slice(name.lastIndexOf('~') + 1)
    const kind = name.slice(0, name.lastIndexOf('-', name.lastIndexOf('~')))
    const { tenant, engagement, occurredAt } = meta
    const put = (entry: Json, id: string): void => {
      const { scope, at, recorded, moment, visibility, kind } = entry
      this.#sql.putLog.run(position, JSON.stringify(entry), scope, at, recorded, moment, visibility, kind, tenant, id)
    }
    const place = { scope: engagement, at: position, recorded: recordedAt, effective: occurredAt }
    const what = { visibility: meta.visibility, kind, stream: name, revision, type, recordedAt, metadata: meta, data }
    put({ ...place, moment: `${occurredAt} ${position}`, ...what }, id)
    for (const each of meta.corrects ?? []) {
      const before = this.#get('getLog', tenant, each)
      put({ ...before, effective: occurredAt, moment: `${occurredAt} ${before.at}` }, each)
    }
    const { reason: _, engagement: __, ...said } = data
    const first = type === 'InteractionLogged'
    const interaction = {
      ...(first ? {} : this.#get('getInteraction', tenant, stream)),
      ...said,
      occurredAt,
      engagement,
      revision,
    }
    const { direction, channel } = interaction
    const texts = [position, JSON.stringify(interaction), engagement, occurredAt, direction, channel]
    this.#sql.putInteraction.run(...texts, tenant, stream)
    const before = first ? { stakeholders: [], events: [] } : this.#get('getContact', tenant, stream)
    const way = channel === 'phone' ? 'call' : direction
    const twoWay = way === 'outbound' ? 'no' : 'yes'
    const events = [...before.events, id]
    const contact = { ...before, channel, direction, way, twoWay, at: occurredAt, events, engagement, revision }
    this.#sql.putContact.run(position, JSON.stringify(contact), engagement, occurredAt, way, twoWay, tenant, stream)
  }

  #get(kind: Kind, tenant: string, id: string): Json {
    return JSON.parse(String(this.#sql[kind].get(tenant, id)!['body']))
  }

  close(): void {
    this.db.close()
    this.#source.close()
  }
}
type Kind = 'putLog' | 'getLog' | 'putInteraction' | 'getInteraction' | 'putContact' | 'getContact'
