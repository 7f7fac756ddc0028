// By hand: node --conditions=@rapport/source libs/platform/sqlite/bench/measure.ts [events] [folder]
// Pairs in one run beside a control that does the same work with bare prepared statements; medians.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openFolder } from '../src/index.ts'
import type { DataFolder } from '../src/index.ts'

const total = Number(process.argv[2] ?? 200_000)
const root = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'rapport-measure-'))
const text = 'The minutes say that "both sides" agreed. '.repeat(6)
const event = (): { id: string; type: string; metadata: string; data: string } => ({
  id: randomUUID(),
  type: 'MeetingHeld',
  metadata: JSON.stringify({
    v: 1,
    tenant: 'acme',
    actor: { id: randomUUID(), kind: 'person' },
    commandId: randomUUID(),
    fingerprint: randomUUID(),
    occurredAt: '2026-01-01T00:00:00.000Z',
    correlation: randomUUID(),
    visibility: 'client',
    subjects: [],
  }),
  data: JSON.stringify({ title: 'Weekly', text }),
})
const stream = (): string => `communication.meeting-acme~${randomUUID()}`
const median = (list: number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!
async function rate(count: number, work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (count / (performance.now() - start)) * 1000
}
const say = (what: string, ours: number[], control: number[]): void => {
  const ratio = median(ours.map((each, n) => each / control[n]!))
  const [a, b] = [median(ours), median(control)]
  process.stdout.write(
    `${what.padEnd(34)} ${Math.round(a).toLocaleString('en')}/s   control ${Math.round(b).toLocaleString('en')}/s   ratio ${ratio.toFixed(2)}\n`,
  )
}

class Control {
  readonly db: DatabaseSync
  seq = 0
  streams = 0
  readonly heads = new Map<string, [number, number]>()
  constructor(path: string) {
    this.db = new DatabaseSync(path)
    this.db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
      CREATE TABLE events (seq INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, recorded TEXT NOT NULL, metadata TEXT NOT NULL, data TEXT NOT NULL);
      CREATE UNIQUE INDEX i ON events (stream, revision);`)
    this.#one = this.db.prepare('INSERT INTO events VALUES (?,?,?,?,?,?,?,?)')
    this.#stream = this.db.prepare('INSERT INTO streams VALUES (?,?)')
  }
  readonly #one
  readonly #stream
  begin = (): void => this.db.exec('BEGIN IMMEDIATE')
  commit = (): void => this.db.exec('COMMIT')
  append(name: string, e: ReturnType<typeof event>, expected: number): void {
    JSON.parse(e.metadata)
    JSON.parse(e.data)
    let head = this.heads.get(name)
    if (head === undefined) {
      this.heads.set(name, (head = [++this.streams, -1]))
      this.#stream.run(head[0], name)
    }
    if (head[1] !== expected) throw new Error('conflict')
    this.#one.run(++this.seq, head[0], ++head[1], e.id, e.type, new Date().toISOString(), e.metadata, e.data)
  }
}

// Short pairs in turn, so that what else the machine does meets both alike.
const ROUNDS = 15
const folder: DataFolder = await openFolder(join(root, 'ours'))
const control = new Control(join(root, 'control.db'))
let count = 0
for (const callers of [1, 32, 256]) {
  const ours: number[] = []
  const theirs: number[] = []
  const many = callers === 1 ? 300 : total / ROUNDS
  const our = Array.from({ length: callers }, () => ({ name: stream(), revision: -1 }))
  const their = Array.from({ length: callers }, () => ({ name: stream(), revision: -1 }))
  for (let round = 0; round < ROUNDS; round++) {
    const events = Array.from({ length: many }, event)
    const one = async (caller: number): Promise<void> => {
      for (let i = caller; i < many; i += callers) {
        if (our[caller]!.revision === 99) our[caller] = { name: stream(), revision: -1 }
        const { name, revision } = our[caller]!
        await folder.events.append(name, [events[i]!], revision < 0 ? 'none' : revision)
        our[caller]!.revision++
      }
    }
    ours.push(await rate(many, () => Promise.all(our.map((_, caller) => one(caller)))))
    theirs.push(
      await rate(many, () => {
        for (let i = 0; i < many;) {
          control.begin()
          for (let caller = 0; caller < callers && i < many; caller++, i++) {
            if (their[caller]!.revision === 99) their[caller] = { name: stream(), revision: -1 }
            control.append(their[caller]!.name, events[i]!, their[caller]!.revision++)
          }
          control.commit()
        }
      }),
    )
    count += events.length
  }
  say(`append, ${callers} callers`, ours, theirs)
}

async function replay(prefixes: readonly string[]): Promise<number> {
  return rate(count, async () => {
    const stop = new AbortController()
    let seen = 0
    for await (const page of folder.events.follow({ from: '', prefixes, signal: stop.signal })) {
      seen += page.events.length
      if (page.caughtUp) stop.abort()
    }
    if (seen !== count) throw new Error(`${seen} of ${count}`)
  })
}
const bare = (): Promise<number> =>
  rate(count, () => {
    const page = control.db.prepare(
      'SELECT e.seq, s.name, e.revision, e.id, e.type, e.recorded, e.metadata, e.data FROM events e JOIN streams s ON s.id = e.stream WHERE seq > ? ORDER BY seq LIMIT 1000',
    )
    for (let from = 0; ;) {
      const rows = page.all(from)
      if (rows.length === 0) return
      from = Number(rows.at(-1)!['seq'])
    }
  })
const runs = { all: [] as number[], one: [] as number[], bare: [] as number[] }
for (let i = 0; i < 7; i++) {
  runs.all.push(await replay([]))
  runs.bare.push(await bare())
  runs.one.push(await replay(['communication.']))
}
say('replay, all', runs.all, runs.bare)
say('replay, one context', runs.one, runs.bare)

const docs = { ours: [] as number[], control: [] as number[], again: [] as number[], controlAgain: [] as number[] }
const many = Math.min(total, 100_000)
const doc = (i: number, n: number) => ({
  title: `Requirement ${i}`,
  state: n % 2 ? 'draft' : 'approved',
  due: 1000 + (i % 977),
  engagement: `e${i % 50}`,
  text,
})
const pad = (n: number): string => String(n).padStart(20, '0')
for (let round = 0; round < 3; round++) {
  const name = `register.${round}`
  await folder.documents.declare({
    name,
    indexes: [
      [
        { field: 'engagement', type: 'string' },
        { field: 'state', type: 'string' },
      ],
      [{ field: 'due', type: 'number' }],
    ],
  })
  control.db
    .exec(`PRAGMA synchronous = NORMAL; CREATE TABLE r${round} (tenant TEXT NOT NULL, id TEXT NOT NULL, position TEXT NOT NULL, body TEXT, engagement TEXT, state TEXT, due REAL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
    CREATE INDEX r${round}a ON r${round} (tenant, engagement, state, id); CREATE INDEX r${round}b ON r${round} (tenant, due, id); CREATE TABLE IF NOT EXISTS c (name TEXT PRIMARY KEY, value TEXT)`)
  const insert = control.db.prepare(`INSERT INTO r${round} VALUES (?,?,?,?,?,?,?)`)
  const update = control.db.prepare(
    `UPDATE r${round} SET position = ?, body = ?, engagement = ?, state = ?, due = ? WHERE tenant = ? AND id = ? AND position = ?`,
  )
  const mark = control.db.prepare('INSERT OR REPLACE INTO c VALUES (?,?)')
  const ids = Array.from({ length: many }, () => randomUUID())
  for (const [pass, mine, theirs] of [
    [0, docs.ours, docs.control],
    [1, docs.again, docs.controlAgain],
  ] as const) {
    let version: string | undefined = (await folder.documents.checkpoint(name))?.version
    mine.push(
      await rate(many, async () => {
        for (let i = 0; i < many; i += 500) {
          const puts = ids.slice(i, i + 500).map((id, n) => ({
            tenant: 'acme',
            collection: name,
            id,
            doc: doc(i + n, pass),
            position: pad(pass * many + i + n + 1),
            expected: pass === 0 ? 'none' : pad(i + n + 1),
          }))
          const { checkpoint } = await folder.documents.write(puts, {
            name,
            value: { at: i },
            expected: version ?? 'none',
          })
          if (checkpoint === undefined || checkpoint === 'lost') throw new Error('lost')
          version = checkpoint.version
        }
      }),
    )
    theirs.push(
      await rate(many, () => {
        for (let i = 0; i < many; i += 500) {
          control.db.exec('BEGIN')
          ids.slice(i, i + 500).forEach((id, n) => {
            const d = doc(i + n, pass)
            if (pass === 0) insert.run('acme', id, pad(i + n + 1), JSON.stringify(d), d.engagement, d.state, d.due)
            else
              update.run(
                pad(many + i + n + 1),
                JSON.stringify(d),
                d.engagement,
                d.state,
                d.due,
                'acme',
                id,
                pad(i + n + 1),
              )
          })
          mark.run(name, JSON.stringify({ at: i }))
          control.db.exec('COMMIT')
        }
      }),
    )
  }
}
say('documents, made', docs.ours, docs.control)
say('documents, changed', docs.again, docs.controlAgain)
await folder.close()
control.db.close()
rmSync(root, { recursive: true })
