// Emmett's SQLite store beside ours, in one run: appends of one event, and the projection of one read model.
// npm run bench:peer [-- --events 20000]; what it installs stays in this folder.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { getSQLiteEventStore, sqliteConnection, sqliteRawSQLProjection } from '@event-driven-io/emmett-sqlite'
import communication from '@rapport/communication'
import engagements from '@rapport/engagements'
import { foldingsOf, Projection, Registry } from '@rapport/events'
import { openFolder } from '@rapport/sqlite'
import { contact, interactionStream } from '../sample.ts'
import { median, rate, ratios, rounds } from '../work.ts'

const { values } = parseArgs({ options: { events: { type: 'string', default: '20000' } } })
const events = Number(values.events)
const root = mkdtempSync(join(tmpdir(), 'rapport-peer-'))
const dir = join(root, 'ours')
const fileName = join(root, 'emmett.db')
const plain = ({ id, type, metadata, data }) => ({
  type,
  data: JSON.parse(data),
  metadata: { ...JSON.parse(metadata), id },
})

/** The read model `contacts` as a table of theirs: the same columns, index and body. */
const quoted = (text) => `'${String(text).replaceAll("'", "''")}'`
const contactsTables = [
  `CREATE TABLE IF NOT EXISTS contacts (tenant TEXT, id TEXT, position TEXT, body TEXT, engagement TEXT, at TEXT, way TEXT, two_way TEXT, PRIMARY KEY (tenant, id))`,
  `CREATE INDEX IF NOT EXISTS contacts_1 ON contacts (tenant, engagement, at, way, two_way, id)`,
]
const contacts = sqliteRawSQLProjection({
  canHandle: ['InteractionLogged'],
  evolve({ data, metadata }) {
    const { tenant, engagement, occurredAt: at, streamName, globalPosition, streamPosition } = metadata
    const { channel, direction } = data
    const way = channel === 'phone' ? 'call' : direction
    const twoWay = way === 'outbound' ? 'no' : 'yes'
    const body = {
      channel,
      direction,
      way,
      twoWay,
      at,
      stakeholders: [],
      events: [metadata.id],
      engagement,
      revision: Number(streamPosition) - 1,
    }
    const id = streamName.slice(streamName.lastIndexOf('~') + 1)
    const row = [tenant, id, globalPosition, JSON.stringify(body), engagement, at, way, twoWay].map(quoted)
    return `INSERT OR REPLACE INTO contacts VALUES (${row.join(', ')})`
  },
})

const registry = new Registry([engagements, communication])
const foldings = foldingsOf(
  communication.readModels.find(({ name }) => name === 'contacts'),
  registry,
)

const say = (what, ours, theirs, goal) =>
  console.log(
    `${what.padEnd(24)} ours ${Math.round(median(ours)).toLocaleString('en')} events/s, Emmett ${Math.round(median(theirs)).toLocaleString('en')}, ${median(ratios(ours, theirs)).toFixed(1)} times${goal === undefined ? '' : `, goal ${goal} times`}`,
  )

let folder = await openFolder(dir)
// One connection, kept: by default it opens one for every call, which is several times as slow.
const connection = sqliteConnection({ fileName })
const emmett = getSQLiteEventStore({ fileName, connectionOptions: { singleton: true, connection } })
await emmett.schema.migrate()
await connection.batchCommand(contactsTables)
const { synchronous } = await connection.querySingle('PRAGMA synchronous')
if (synchronous !== 2) throw new Error(`Emmett's file is not synced at every commit: synchronous is ${synchronous}.`)
try {
  // One caller: of two transactions at a time on its one connection Emmett fails the second.
  const many = 200
  const all = (one) => () =>
    rate(many, async () => {
      for (let n = 0; n < many; n++) await one(interactionStream(), contact(n))
    })
  const found = await rounds(9, {
    ours: all((stream, event) => folder.events.append(stream, [event], 'none')),
    theirs: all((stream, event) =>
      emmett.appendToStream(stream, [plain(event)], { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' }),
    ),
  })
  say('append, one caller', found.ours, found.theirs)

  const standing = BigInt((await folder.events.head([])).replace(/^0+/, ''))
  for (let n = 0; n < events; n += 500) {
    const batch = Array.from({ length: 500 }, (_, i) => contact(n + i))
    await Promise.all(batch.map((event) => folder.events.append(interactionStream(), [event], 'none')))
    // One call for many events of one stream would be quicker for them to fill, but would say another id for each row.
    for (const event of batch) await emmett.appendToStream(interactionStream(), [plain(event)])
  }
  const last = standing + BigInt(events)
  const pairs = await rounds(3, {
    async ours() {
      await folder.close()
      for (const end of ['', '-wal', '-shm']) rmSync(join(dir, `documents.db${end}`), { force: true })
      folder = await openFolder(dir)
      const projection = new Projection({
        store: folder.events,
        documents: folder.documents,
        ops: folder.ops,
        registry,
        foldings,
      })
      const head = await folder.events.head([])
      const found = await rate(Number(last), async () => {
        await projection.start()
        if (!(await projection.waitFor(head, 600_000))) throw new Error('It did not catch up.')
      })
      await projection.stop()
      return found
    },
    async theirs() {
      const consumer = emmett.consumer({ pulling: { batchSize: 500 } })
      consumer.processor({
        processorId: `contacts-${Math.random()}`,
        projection: contacts,
        startFrom: 'BEGINNING',
        stopAfter: ({ metadata }) => metadata.globalPosition >= last,
      })
      const found = await rate(Number(last), () => consumer.start())
      await consumer.close()
      const { rows } = await connection.querySingle('SELECT count(*) AS rows FROM contacts')
      if (BigInt(rows) !== last) throw new Error(`${rows} of ${last} rows`)
      await connection.command('DELETE FROM contacts')
      return found
    },
  })
  say('projection, one model', pairs.ours, pairs.theirs, 15)
} finally {
  await folder.close()
  connection.close()
  rmSync(root, { recursive: true, force: true })
}
