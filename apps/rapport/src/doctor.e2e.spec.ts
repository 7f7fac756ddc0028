import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFolder, type DataFolder } from '@rapport/sqlite'
import { rapport, rapportJson, rapportOk, scratch, started } from './cli.fixture.ts'
import { delay, Http, portal, type Portal } from './http.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('doctor')
const data = folder.path('data')
afterAll(() => folder.clean())

interface Examined {
  readonly events: number
  readonly envelopes: number
  readonly documents: number
  readonly findings: readonly { readonly code: string; readonly where: string }[]
}
let place: Portal
let disclosure: string
let anna: string

beforeAll(async () => {
  const server = await started(data)
  const http = new Http(server.url, (await rapportOk(['token', '--role', 'pm', '--data', data]))[0]!)
  place = await portal(http)
  const { engagement } = place
  disclosure = (await http.done('/api/communication/disclosures', { ...delay, engagement })).id
  const corrected = { impact: 'Go-live moves by two weeks.', reason: 'The estimate was too low.' }
  await http.done(`/api/communication/disclosures/${disclosure}/correct`, corrected)
  anna = (await http.done('/api/engagements/persons', { name: 'Anna Berg', mail: 'anna@riverside.example' })).id
  await http.done('/api/communication/interactions', {
    engagement,
    channel: 'chat',
    direction: 'inbound',
    summary: 'Hello',
  })
  server.child.kill('SIGTERM')
  await server.ended
})

let copies = 0
/** Changes a copy of the folder behind the product's back, and has the doctor look at it. */
async function afterChange(
  change: (files: DataFolder['files']) => void,
  then: (copy: string) => void = () => {},
): Promise<Examined> {
  const copy = folder.path(`copy-${copies++}`)
  cpSync(data, copy, { recursive: true })
  const opened = await openFolder(copy)
  try {
    change(opened.files)
  } finally {
    await opened.close()
  }
  then(copy)
  const { code, stdout, stderr } = await rapport(['doctor', '--data', copy, '--json'])
  const [first] = stdout.split('\n')
  const examined = JSON.parse(first!) as Examined
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('not as it should be') })
  return examined
}

const run = (file: DataFolder['files']['events'], sql: string, ...values: readonly string[]): void => {
  expect(file.raw.prepare(sql).run(...values).changes).toBe(1)
}
const collections = (file: DataFolder['files']['documents']): readonly { name: string; table: string }[] =>
  file.raw
    .prepare('SELECT id, name FROM collections ORDER BY name')
    .all()
    .map((row) => ({ name: String(row['name']), table: `d${String(row['id'])}` }))
const tableOf = (file: DataFolder['files']['documents'], model: string): string =>
  collections(file).find(({ name }) => name.startsWith(`${model}.`))!.table
/** Puts another character in the place of one within a JSON text, so that it stays JSON. */
const another = (text: string, after: string): string => {
  const at = text.indexOf(after) + after.length
  expect(at).toBeGreaterThan(after.length)
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

describe('doctor', () => {
  test('nothing is found in a folder that nobody changed', async () => {
    const [examined] = await rapportJson<Examined>(['doctor', '--data', data])
    expect(examined).toMatchObject({ events: 7, envelopes: 9, findings: [] })
    expect(examined!.documents).toBeGreaterThan(12)
  })

  test('a document that was deleted is named, in every read model', async () => {
    const deleted: string[] = []
    const { findings } = await afterChange(({ documents }) => {
      for (const { name, table } of collections(documents)) {
        const row = documents.raw.prepare(`SELECT tenant, id FROM ${table} LIMIT 1`).get()
        if (row === undefined) continue
        run(documents, `DELETE FROM ${table} WHERE id = ?`, String(row['id']))
        deleted.push(`${name.split('.')[0]!} ${String(row['id'])} of tenant main`)
      }
    })
    expect(deleted.length).toBeGreaterThanOrEqual(6)
    expect(findings.map(({ code, where }) => [code, where]).sort()).toEqual(
      deleted.map((where) => ['document-missing', where]).sort(),
    )
  })

  test('a document of which one character changed is named', async () => {
    const { findings } = await afterChange(({ documents }) => {
      const table = tableOf(documents, 'disclosures')
      const { body } = documents.raw.prepare(`SELECT body FROM ${table} WHERE id = ?`).get(disclosure) as {
        body: string
      }
      run(documents, `UPDATE ${table} SET body = ? WHERE id = ?`, another(body, '"ct":"'), disclosure)
    })
    expect(findings).toEqual([
      expect.objectContaining({ code: 'document-differs', where: `disclosures ${disclosure} of tenant main` }),
    ])
  })

  test('a document that is no JSON any more, and one that nobody made, are named', async () => {
    const { findings } = await afterChange(({ documents }) => {
      const table = tableOf(documents, 'persons')
      run(documents, `UPDATE ${table} SET body = substr(body, 2) WHERE id = ?`, anna)
    })
    expect(findings).toEqual([expect.objectContaining({ where: expect.stringContaining(anna) })])
    const invented = await afterChange(({ documents }) => {
      const table = tableOf(documents, 'interactions')
      run(
        documents,
        `INSERT INTO ${table} SELECT n + 100, tenant, 'invented', ${restOf(documents, table)} FROM ${table} LIMIT 1`,
      )
    })
    expect(invented.findings).toEqual([
      expect.objectContaining({ code: 'document-unknown', where: 'interactions invented of tenant main' }),
    ])
  })

  test('an event of which one byte of a ciphertext changed is named, with its field', async () => {
    for (const part of ['ct', 'tag', 'digest', 'iv']) {
      const { findings } = await afterChange(({ events }) => {
        const { data: text, seq } = events.raw
          .prepare(`SELECT seq, data FROM events WHERE type = 'DisclosureMade'`)
          .get() as { data: string; seq: number }
        run(events, 'UPDATE events SET data = ? WHERE seq = ?', another(text, `"${part}":"`), String(seq))
      })
      expect(findings).toEqual([
        expect.objectContaining({
          code: 'envelope-broken',
          where: `communication.disclosure-main~${disclosure} revision 0`,
        }),
      ])
    }
  })

  test('a gap in the revisions of a stream is named, and an event that is gone', async () => {
    const stream = `communication.disclosure-main~${disclosure}`
    const gap = await afterChange(({ events }) =>
      run(events, `UPDATE events SET revision = 2 WHERE type = 'DisclosureCorrected'`),
    )
    expect(gap.findings).toContainEqual(expect.objectContaining({ code: 'revision-gap', where: stream }))
    const gone = await afterChange(({ events }) => run(events, `DELETE FROM events WHERE type = 'DisclosureMade'`))
    expect(gone.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['revision-gap', 'position-gap']))
  })

  test('an event that does not fit its schema, or is of a type that nobody knows, is named', async () => {
    const where = `communication.disclosure-main~${disclosure} revision 0`
    const wrong = await afterChange(({ events }) =>
      run(
        events,
        `UPDATE events SET data = replace(data, '"kind":"delay"', '"kind":"dealy"') WHERE type = 'DisclosureMade'`,
      ),
    )
    expect(wrong.findings).toContainEqual(expect.objectContaining({ code: 'event-schema', where }))
    const unknown = await afterChange(({ events }) =>
      run(events, `UPDATE events SET type = 'DisclosureUndone' WHERE type = 'DisclosureMade'`),
    )
    expect(unknown.findings).toContainEqual(expect.objectContaining({ where }))
  })

  test('an event whose metadata say nothing any more is named, though no read model can be fed with it', async () => {
    const { findings } = await afterChange(({ events }) =>
      run(events, `UPDATE events SET metadata = '{}' WHERE type = 'DisclosureMade'`),
    )
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'event-unreadable',
        where: `communication.disclosure-main~${disclosure} revision 0`,
      }),
    )
  })

  test('events that were taken away from the end are noticed', async () => {
    const { findings } = await afterChange(({ events }) => {
      run(events, 'DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)')
      events.raw.exec('DELETE FROM streams WHERE id NOT IN (SELECT stream FROM events)')
    })
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'tail-missing', where: expect.stringMatching(/^documents\.db disclosures/) }),
    )
  })

  test('a file that is damaged is named, and so are events that are gone', async () => {
    const damaged = await afterChange(
      () => {},
      (copy) => writeFileSync(join(copy, 'documents.db'), 'x'.repeat(9999)),
    )
    expect(damaged.findings).toEqual([expect.objectContaining({ code: 'file-damaged', where: 'documents.db' })])
    const gone = await afterChange(
      () => {},
      (copy) => rmSync(join(copy, 'events.db')),
    )
    expect(gone.findings).toEqual([expect.objectContaining({ code: 'events-missing', where: 'events.db' })])
  })

  test('a key that is gone without a record of its destruction is named', async () => {
    const { findings } = await afterChange(({ keys }) => run(keys, 'DELETE FROM keys WHERE kid = ?', `person/${anna}`))
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'key-missing', where: `engagements.person-main~${anna} revision 0` }),
    )
  })
})

describe('read models that cannot be written', () => {
  test('end a command and a start with the reason instead of keeping them waiting', async () => {
    const copy = folder.path('stopped')
    cpSync(data, copy, { recursive: true })
    const opened = await openFolder(copy)
    opened.files.documents.raw.exec(`DELETE FROM checkpoints;
      CREATE TRIGGER full BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(FAIL, 'no room here'); END`)
    await opened.close()
    for (const args of [['list', 'engagements'], ['start', '--port', '0', '--no-demo'], ['doctor']]) {
      const { code, stdout, stderr } = await rapport([...args, '--data', copy])
      expect({ code, words: stderr + stdout }).toEqual({ code: 1, words: expect.stringContaining('no room here') })
    }
  }, 60_000)
})

function restOf(file: DataFolder['files']['documents'], table: string): string {
  const columns = file.raw
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map((row) => String(row['name']))
  expect(columns.slice(0, 3)).toEqual(['n', 'tenant', 'id'])
  return columns.slice(3).join(', ')
}
