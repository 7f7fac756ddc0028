import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import communication from '@rapport/communication'
import engagements from '@rapport/engagements'
import { Registry } from '@rapport/events'
import { ImportSession, importFile, parseMapping } from '@rapport/import'
import { openFolder, type DataFolder } from '@rapport/sqlite'
import { ImportControl } from './control/import.ts'
import { id8, tenant } from './sample.ts'
import { heap, megabytes, rate, rounds, type Work } from './work.ts'

const registry = new Registry([engagements, communication])
const mapping = parseMapping(readFileSync(new URL('../import-mappings/boston311.yaml', import.meta.url), 'utf8'))
const actor = { id: id8(), kind: 'connector', role: 'pm' } as const

const columns = [
  'CASE_ENQUIRY_ID',
  'OPEN_DT',
  'CLOSED_DT',
  'CLOSURE_REASON',
  'CASE_TITLE',
  'TYPE',
  'Department',
  'Location',
  'Source',
]
const two = (n: number): string => String(n).padStart(2, '0')
const letter =
  'Case closed. The inspector came by, found what the caller had described and wrote a violation to the owner.'

/** Requests as the city publishes them, made up; two of three are closed. */
function requests(file: string, from: number, rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const n = from + i
    const day = `${two(1 + (n % 12))}/${two(1 + (n % 28))}/2015`
    const closed = n % 3 === 0 ? ['', ''] : [`${day} 11:30:00 PM`, `"${letter} No. ${n}, ok"`]
    const department = ['ISD', 'SNOW', 'PARK', 'PWD'][n % 4]!
    const source = ['Self Service', 'Constituent Call', 'Email'][n % 3]!
    return [
      `10100${n}`,
      `${day} ${two(1 + (n % 12))}:${two(n % 60)}:00 AM`,
      ...closed,
      `Request ${n}`,
      'Building Inspection Request',
      department,
      `${n} Main St Dorchester`,
      source,
    ].join(',')
  })
  writeFileSync(file, `${[columns.join(','), ...lines].join('\n')}\n`)
  return file
}

async function take(folder: DataFolder, file: string, progress?: (rows: number) => void): Promise<void> {
  const house = { store: folder.events, keys: folder.keys, registry, clock: () => Temporal.Now.instant() }
  const summary = await importFile({
    file,
    mapping,
    sink: () => ImportSession.open({ mapping, tenant, house, actor }),
    ...(progress && { progress: ({ rows }) => progress(rows) }),
  })
  if (summary.rejected > 0) throw new Error(`${summary.rejected} rows were rejected.`)
}

export const imports: Work = {
  name: 'import',
  unit: 'rows/s',
  goal: 0.2,
  words: 'a CSV file by a mapping file, every row through its decisions: one or two sealed facts a row',
  why: 'the control knows this one file: it reads no mapping, keeps no file of rejected rows, decides nothing, looks for no fact that stands already, cannot go on where it was killed',
  async run(setting) {
    const many = setting.size(3_000, 100)
    const folder = await openFolder(setting.folder('ours'))
    const control = new ImportControl(join(setting.folder('control'), 'events.db'))
    const files = setting.folder('files')
    let next = 0
    const file = (rows: number): string => requests(join(files, `${next}.csv`), (next += rows) - rows, rows)
    try {
      let current = file(many)
      await take(folder, current)
      await control.take(current)
      const found = await rounds(
        setting.size(9, 2),
        { ours: () => rate(many, () => take(folder, current)), control: () => rate(many, () => control.take(current)) },
        (round) => {
          setting.progress(`round ${round + 1}`)
          current = file(many)
        },
      )
      const long = setting.size(40_000, 400)
      const held: number[] = []
      await take(folder, file(long), (rows) => {
        if (rows >= (long / 4) * (held.length + 1)) held.push(heap())
      })
      return {
        ...found,
        notes: [`heap at each quarter of ${long.toLocaleString('en')} rows: ${held.map(megabytes).join(', ')}`],
      }
    } finally {
      await folder.close()
      control.close()
    }
  },
}
