import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { factsOf } from './facts.ts'
import { parseMapping } from './mapping.ts'
import { openSource } from './records.ts'

const root = join(import.meta.dirname, '../../../..')
const data = join(root, '../shared/data')
const boston = join(data, 'boston311-sla-dev')
// Test input that may not be copied into the repository.
const here = existsSync(boston)
const name = (rule: string): string => (here ? rule : `${rule} (skipped: ../shared/data is not here)`)

describe(name('real tables'), () => {
  const run = here ? test : test.skip
  const mapping = parseMapping(readFileSync(join(root, 'tools/import-mappings/boston311.yaml'), 'utf8'))

  run('five request types of one city are read by one mapping to the published numbers', async () => {
    const tally: Record<string, number> = {}
    const count = (what: string): number => (tally[what] = (tally[what] ?? 0) + 1)
    const openings = new Set<string>()
    for (const type of [
      'Building_Inspection_Request',
      'Contractor_Complaints',
      'Equipment_Repair',
      'General_Comments_For_a_Program_or_Policy',
      'Unsatisfactory_Living_Conditions',
    ])
      for await (const record of (await openSource(join(boston, `${type}.csv.xz`), mapping)).records) {
        const row = record.problem ?? factsOf(record.columns, mapping)
        if ('code' in row) {
          count(row.code)
          continue
        }
        openings.add(row.opening!.key)
        for (const fact of row.facts) count(`${row.opening!.key === '["ISD"]' ? 'ISD ' : ''}${fact.mapping.name}`)
        if (row.notes.length > 0) count('noted')
      }
    expect(tally).toEqual({
      'ISD opening': 7672,
      'ISD closure-letter': 5607,
      opening: 15022 - 7672,
      'closure-letter': 10369 - 5607,
      noted: 12,
    })
    expect(openings.size).toBe(9)
  })

  run('an xz file that is cut short is an error, not a short file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'import-'))
    try {
      const whole = readFileSync(join(boston, 'Contractor_Complaints.csv.xz'))
      writeFileSync(join(folder, 'cut.csv.xz'), whole.subarray(0, whole.length / 2))
      const reading = (async () => Array.fromAsync((await openSource(join(folder, 'cut.csv.xz'), mapping)).records))()
      await expect(reading).rejects.toMatchObject({ code: 'file-unreadable' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  run.each([
    ['santamonica-open-answers/open-ended-responses.csv', 'encoding: windows-1252\n', 'Fullstring', 1837, {}],
    ['nyc-capital-projects/Capital_Projects.csv', '', 'PID', 2261, { encoding: 1 }],
    ['helpdesk-italian/helpdesk_reduced_verenich.csv', '', 'CaseID', 13710, {}],
    ['ralic-stakeholders/OpenR.txt.xz', '', 'Stakeholder', 1714, {}],
    ['huijgens-portfolio/HuijgensPhD.csv.xz', 'encoding: windows-1252\n', 'Project_ID', 492, {}],
  ])('%s is read to its published number of rows', async (file, extra, column, rows, problems) => {
    const map = parseMapping(
      `mapping: 1\nsource: t\ncontext: c\n${extra}key: ['${column}']\nfacts: [{ name: f, as: f, fields: {} }]\n`,
    )
    const found: Record<string, number> = {}
    let count = 0
    for await (const record of (await openSource(join(data, file), map)).records) {
      count++
      if (record.problem !== undefined) found[record.problem.code] = (found[record.problem.code] ?? 0) + 1
    }
    expect([count, found]).toEqual([rows, problems])
  })
})
