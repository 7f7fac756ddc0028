import type { Keys } from '@rapport/events'
import type { Database } from './database.ts'
import { documentFindings } from './documents/check.ts'
import { BLOCK } from './events/schema.ts'
import type { DataFolder } from './folder.ts'
import { messageOf } from './failure.ts'

/** Something stored that contradicts what was promised about it; `code` is stable, `where` names the place. */
export interface Finding {
  readonly code: string
  readonly message: string
  readonly where: string
}

const eventChecks: readonly { readonly code: string; readonly message: string; readonly sql: string }[] = [
  {
    code: 'position-gap',
    message: 'Positions are missing from the order.',
    sql: `SELECT 'before ' || seq AS place FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY seq) AS last FROM events) WHERE seq <> last + 1`,
  },
  {
    code: 'time-order',
    message: 'recordedAt falls.',
    sql: `SELECT 'position ' || seq AS place FROM (SELECT seq, recorded, lag(recorded) OVER (ORDER BY seq) AS last FROM events) WHERE recorded < last`,
  },
  {
    code: 'revision-gap',
    message: 'The revisions of a stream do not run from 0 without gaps.',
    sql: `SELECT s.name AS place FROM (SELECT stream FROM events GROUP BY stream HAVING min(revision) <> 0 OR count(*) <> max(revision) + 1) e
      JOIN streams s ON s.id = e.stream`,
  },
  {
    code: 'revision-order',
    message: 'Within a stream positions do not rise with revisions.',
    sql: `SELECT s.name || ' revision ' || e.revision AS place FROM
      (SELECT stream, revision, seq, lag(seq) OVER (PARTITION BY stream ORDER BY revision) AS last FROM events) e
      JOIN streams s ON s.id = e.stream WHERE e.seq <= e.last`,
  },
  {
    code: 'stream-empty',
    message: 'A stream has no event.',
    sql: 'SELECT name AS place FROM streams s WHERE NOT EXISTS (SELECT 1 FROM events WHERE stream = s.id)',
  },
  {
    code: 'context-wrong',
    message: 'An event is filed under another context than its stream.',
    sql: `SELECT 'position ' || e.seq AS place FROM events e JOIN streams s ON s.id = e.stream JOIN contexts c ON c.id = e.context
      WHERE c.name || '.' <> substr(s.name, 1, length(c.name) + 1)`,
  },
  {
    code: 'block-missing',
    message: 'A follower of its context would pass over an event.',
    sql: `SELECT 'position ' || seq AS place FROM events e
      WHERE NOT EXISTS (SELECT 1 FROM context_blocks b WHERE b.context = e.context AND b.block = e.seq / ${BLOCK})`,
  },
  {
    code: 'text-unreadable',
    message: 'Metadata or data is no JSON.',
    sql: `SELECT 'position ' || seq AS place FROM events WHERE NOT (json_valid(metadata) AND json_valid(data))`,
  },
]
const MOST = 100

/** Everything that can be seen to be wrong within the files of a folder; nothing found is an empty list. */
export async function integrity({ files, keys }: Pick<DataFolder, 'files' | 'keys'>): Promise<readonly Finding[]> {
  return [
    ...(await guarded('events.db', () => [...fileFindings(files.events, 'events.db'), ...eventFindings(files.events)])),
    ...(await guarded('documents.db', () => [
      ...fileFindings(files.documents, 'documents.db'),
      ...documentFindings(files.documents),
    ])),
    ...(await guarded('keys.db', async () => [...fileFindings(files.keys, 'keys.db'), ...(await keyFindings(keys))])),
  ]
}

/** A file that cannot be read is a finding too. */
async function guarded(
  where: string,
  look: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    return [{ code: 'file-damaged', message: messageOf(error), where }]
  }
}

function fileFindings(file: Database, where: string): Finding[] {
  const damaged = file.raw
    .prepare(`PRAGMA integrity_check(${MOST})`)
    .all()
    .map((row) => String(row['integrity_check']))
    .filter((text) => text !== 'ok')
  const loose = file.raw.prepare('PRAGMA foreign_key_check').all()
  return [
    ...damaged.map((message) => ({ code: 'file-damaged', message, where })),
    ...loose.slice(0, MOST).map((row) => ({
      code: 'reference-broken',
      message: `A row of ${row['table']} names a row of ${row['parent']} that is not there.`,
      where: `${where} ${row['table']} ${row['rowid']}`,
    })),
  ]
}

const eventFindings = (file: Database): Finding[] =>
  eventChecks.flatMap(({ code, message, sql }) =>
    file.raw
      .prepare(`${sql} LIMIT ${MOST}`)
      .all()
      .map((row) => ({ code, message, where: String(row['place']) })),
  )

async function keyFindings(keys: Keys): Promise<Finding[]> {
  const found: Finding[] = []
  const look = async (where: string, read: () => Promise<unknown>): Promise<void> => {
    try {
      await read()
    } catch (error) {
      found.push({ code: 'key-unreadable', message: messageOf(error), where })
    }
  }
  for (const tenant of await keys.tenants()) {
    await look(`the secrets of ${tenant}`, () => keys.secrets(tenant, false))
    for (const { kid } of await keys.list(tenant)) await look(`${tenant} ${kid}`, () => keys.get(tenant, kid))
  }
  return found
}
