import { describe, expect, jest, test } from '@jest/globals'
import { environment } from '@rapport/testing'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canOwn } from '@rapport/testing/servers'
import { root } from '../crash/processes.ts'
import { failuresOf, MEMORY, type Report } from './report.ts'

jest.setTimeout(900_000)

const owned = canOwn('kafka') && canOwn('mongodb')
const why = 'there is no ../shared/servers beside the repository, and what it needs must be killed'

const name =
  'each service and each server is killed, stands still or is away, and a message is poison: all 2,000 events are accounted for'
if (owned) test(name, faults)
else test.skip(`${name} (skipped: ${why})`, () => {})

async function faults(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'rapport-faults-spec-'))
  try {
    const file = join(dir, 'report.json')
    const flags = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning']
    const args = ['--events', '2000', '--outage', '5', '--seed', '7', '--json', file]
    const child = spawn(process.execPath, [...flags, 'tools/faults/main.ts', ...args], {
      cwd: root,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    const [code] = await once(child, 'close')
    expect({ code, said }).toMatchObject({ code: 0 })
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    expect(report.problems).toEqual([])
    expect(report.faults.filter(({ evidence }) => evidence === undefined)).toEqual([])
    expect(report.events).toBeGreaterThan(2_000)
    expect(report.messages).toBeGreaterThanOrEqual(report.events)
    expect(report.foreign).toBe(3)
    expect(report.queries.shown).toBeGreaterThan(0)
    process.stdout.write(`${said.slice(said.indexOf('seed 7, '))}\n`)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

describe('a run fails', () => {
  const counts = { acknowledged: 1, inDoubt: 1, inDoubtStored: 0, unsent: 0, unavailable: 0 }
  const row = { ...counts, fault: 'kill -9 of Kafka', evidence: 'down 1 s', recovered: 1 }
  const memory = { process: 'engagements', first: 1, most: MEMORY, last: 1 }
  const report = { faults: [row], memory: [memory], problems: [], queries: { shown: 1, waited: 0, unanswered: 0 } }

  test('where a fault was never reached, nothing was in doubt, a process grew too large, or nothing was ever shown', () => {
    expect(failuresOf(report)).toEqual([])
    const { evidence: _, ...unreached } = row
    expect(failuresOf({ ...report, faults: [unreached] })).toEqual(['It was never reached: kill -9 of Kafka.'])
    expect(failuresOf({ ...report, faults: [{ ...row, inDoubt: 0 }] })).toHaveLength(1)
    expect(failuresOf({ ...report, memory: [{ ...memory, most: MEMORY + 1 }] })).toHaveLength(1)
    expect(failuresOf({ ...report, queries: { ...report.queries, shown: 0 } })).toHaveLength(1)
    expect(failuresOf({ ...report, problems: ['lost'] })).toEqual(['lost'])
  })
})
