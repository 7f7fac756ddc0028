import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

jest.setTimeout(180_000)

const dir = mkdtempSync(join(tmpdir(), 'rapport-bench-spec-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const bench = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    [
      '--conditions=@rapport/source',
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'main.ts'),
      ...args,
    ],
    { encoding: 'utf8' },
  )

describe('npm run bench', () => {
  test('every work runs beside its control, and --json keeps the figures', () => {
    const file = join(dir, 'figures.json')
    const { status, stdout, stderr } = bench('--quick', '--json', file, '--dir', dir)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[]
    expect(lines.map(({ work }) => work)).toEqual([
      'append-1',
      'append-32',
      'append-256',
      'append-batch-100',
      'read-100',
      'replay-1m',
      'catchup-10k',
      'catchup-1m',
      'http-command',
      'http-command-api',
      'handle-plain',
      'handle-sealed',
      'import',
    ])
    for (const line of lines) {
      const { ours, control, ratio, goal, unit } = line
      for (const figure of [ours, control, ratio, goal]) expect(figure).toBeGreaterThan(0)
      expect(unit).toMatch(/^\w+\/s$/)
      expect(stdout).toContain(`${String(line['work'])} `)
    }
  })

  test('a work that there is not is named, with those there are', () => {
    const { status, stderr } = bench('--only', 'append-1,append-7')
    expect(status).toBe(2)
    expect(stderr).toMatch(/^There is no work append-7; there are append-1, .*import\.\n$/)
  })
})
