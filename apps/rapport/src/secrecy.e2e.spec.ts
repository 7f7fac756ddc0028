import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { appendFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSource, parseMapping, type Cell } from '@rapport/import'
import { boston, bostonMapping, madeUpBoston, noBoston } from './boston.fixture.ts'
import { rapportOk, scratch, started, type Started } from './cli.fixture.ts'
import { delay, Http, portal } from './http.fixture.ts'
import { foundIn, piecesOf, random, spellings } from './secrecy.fixture.ts'

jest.setTimeout(300_000)

const seed = Number(process.env['SECRECY_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const folder = scratch('secrecy')
const data = folder.path('data')
afterAll(() => folder.clean())

const persons = [
  { name: 'Anneliese Quittenbaum', mail: 'Anneliese.Quittenbaum@Riverside.Example' },
  { name: '欧阳静怡', mail: 'ouyang.jingyi@riverside.example' },
  { name: 'Þorgerður "Gæja" Ævarsdóttir', mail: 'gaeja@bücher.example' },
]
const subject = 'wilhelmina.bleibtreu@office.example'
const texts = {
  contact: '+49 30 55512345 after four',
  note: 'Thank you for the early word, dear Wilhelmina.',
  impact: 'The launch of the portal moves by nine days.',
  summary: 'She told us on the stairs that the budget is gone.',
  rejected: 'A body that is refused names Balthasar Ohnesorg.',
}
const secrets = new Map<string, string>([
  ...persons.flatMap(({ name, mail }) => [name, mail, mail.toLowerCase()]).map((text) => [text, 'a person'] as const),
  ['gaeja@xn--bcher-kva.example', 'a person'],
  ['Constituent Services Desk', 'the manager of the import'],
  [subject, 'the subject of a token'],
  ...Object.values(texts).map((text) => [text, 'a text'] as const),
])
let letters: string[]
let server: Started
let http: Http
let logged = ''

async function lettersOf(file: string): Promise<string[]> {
  const mapping = parseMapping(readFileSync(bostonMapping, 'utf8'))
  const found: string[] = []
  for await (const { columns } of (await openSource(file, mapping)).records) {
    const text: Cell = columns.get('CLOSURE_REASON') ?? ''
    if (typeof text === 'string' && text.length >= 30) found.push(text)
  }
  return found
}

/** Every secret that stands in one of the files of some folders, with the file; the folders have at least so many files. */
const found = (dirs: readonly string[], atLeast: number, wanted: ReadonlyMap<string, string> = secrets) =>
  foundIn(dirs, atLeast, wanted)

const tokenFor = async (role: string, ...more: string[]): Promise<string> =>
  (await rapportOk(['token', '--role', role, '--data', data, ...more]))[0]!

beforeAll(async () => {
  const file = noBoston === undefined ? join(boston, 'Contractor_Complaints.csv.xz') : folder.path('made-up.csv')
  if (noBoston !== undefined) writeFileSync(file, madeUpBoston(900))
  letters = await lettersOf(file)
  for (const piece of piecesOf(letters, 200, random(seed))) secrets.set(piece, 'a piece of a letter')
  server = await started(data, { env: { LOG_LEVEL: 'debug' } })
  http = new Http(server.url, await tokenFor('pm', '--subject', subject))
  const { engagement } = await portal(http)
  for (const person of persons) {
    const { id } = await http.done('/api/engagements/persons', person)
    const who = { engagement, person: id, side: 'client', role: 'Head of IT', contact: texts.contact, rights: [] }
    const stakeholder = await http.done('/api/engagements/stakeholders', who)
    const told = await http.done('/api/communication/disclosures', { ...delay, engagement, impact: texts.impact })
    const client = http.as(await tokenFor('client', '--stakeholder', stakeholder.id))
    const says = { stakeholder: stakeholder.id, heardBefore: false, note: texts.note }
    await client.done(`/api/communication/disclosures/${told.id}/acknowledge`, says)
    // Whatever is refused is not kept either, wherever it stood.
    expect((await http.post('/api/engagements/persons', person)).status).toBe(409)
    expect((await http.post('/api/engagements/persons', { ...person, [texts.rejected]: 1 })).status).toBe(422)
    expect((await http.post('/api/engagements/persons', `{"name":"${texts.rejected}`)).status).toBe(400)
    const words = encodeURIComponent(texts.rejected)
    expect((await http.get(`/api/views/persons?${words}=1`)).status).toBe(400)
    expect((await http.get(`/api/views/${words}`)).status).toBe(404)
    expect((await http.get(`/api/views/engagements?cursor=${words}`)).status).toBe(400)
  }
  const contact = { engagement, channel: 'visit', direction: 'inbound', summary: texts.summary }
  const { position } = await http.done('/api/communication/interactions', contact)
  const { items } = await http.view<{ items: { name: string }[] }>('persons', { 'wait-for': position })
  expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(persons.map(({ name }) => name)))
  await rapportOk([
    ...['import', 'communication', file, '--mapping', bostonMapping, '--data', data],
    ...['--rejected', folder.path('rejected.csv')],
  ])
})

describe(`what is personal stands sealed and nowhere else: 200 pieces of letters, persons, texts (seed ${seed})`, () => {
  test('it is in no file of the folder while the process runs: -wal, -shm and running.json included', () => {
    expect(letters.length).toBeGreaterThan(500)
    expect([...secrets.values()].filter((what) => what === 'a piece of a letter').length).toBeGreaterThan(190)
    const names = globSync('*', { cwd: data })
    expect(names).toEqual(
      expect.arrayContaining([
        'events.db',
        'events.db-wal',
        'events.db-shm',
        'documents.db-wal',
        'keys.db',
        'running.json',
      ]),
    )
    expect(found([data], 10)).toEqual([])
  })

  test('it is in no file of a backup that is made meanwhile, neither with the events nor with the keys', async () => {
    await rapportOk(['backup', folder.path('backup'), '--keys', folder.path('backup-keys'), '--data', data])
    expect(found([folder.path('backup'), folder.path('backup-keys')], 4)).toEqual([])
  })

  test('it is in no file after SIGKILL, nor after the start that follows, a rebuild and a good end', async () => {
    server.child.kill('SIGKILL')
    logged += (await server.ended).stderr
    expect(found([data], 10)).toEqual([])
    await rapportOk(['rebuild', '--data', data])
    expect(found([data], 5)).toEqual([])
  })

  test('it is in no header of an answer and in no line of the log', () => {
    expect(http.headers).toContain('location: /api/')
    expect(logged.split('\n').length).toBeGreaterThan(30)
    const said = http.headers + logged
    expect(
      [...secrets.keys()]
        .flatMap(spellings)
        .filter((text) => said.includes(text) || said.includes(encodeURIComponent(text))),
    ).toEqual([])
  })

  test('the search finds what stands there: a piece that is planted, and a name that is no secret', () => {
    const [piece] = [...secrets].find(([, what]) => what === 'a piece of a letter')!
    const planted = join(data, 'planted.log')
    appendFileSync(planted, `${'x'.repeat(5000)}${piece}${'x'.repeat(5000)}`)
    expect(found([data], 6)).toEqual([`${planted}: a piece of a letter: ${piece}`])
    rmSync(planted)
    const plain = noBoston === undefined ? 'City of Boston 311, PWDx' : 'City of Boston 311, SNOW'
    expect(found([data], 5, new Map([[plain, 'a name']])).length).toBeGreaterThanOrEqual(2)
  })
})
