import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { changedFixtures } from './history.ts'

let folder: string
const path = (type: string) => `libs/contexts/any/src/thing/fixtures/${type}.v1.json`
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder })
function commit(files: Readonly<Record<string, string>>) {
  for (const [type, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path(type))), { recursive: true })
    writeFileSync(join(folder, path(type)), text)
  }
  git('add', '.')
  git('commit', '-q', '-m', 'any')
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-history-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a fixture may be added and not changed, whether or not the change is committed', () => {
  git('init', '-q')
  commit({ Made: '1' })
  commit({ Sent: '1', Gone: '1' })
  expect(changedFixtures(folder)).toEqual({ changed: [] })
  commit({ Made: '2' })
  writeFileSync(join(folder, path('Sent')), '2')
  rmSync(join(folder, path('Gone')))
  expect([...changedFixtures(folder).changed].sort()).toEqual([path('Gone'), path('Made'), path('Sent')])
})

test('without a history, or with a part of it, it says so', () => {
  expect(changedFixtures(folder)).toMatchObject({ changed: [], notice: expect.stringContaining('No git history') })
  git('init', '-q')
  commit({ Made: '1' })
  commit({ Sent: '1' })
  git('clone', '-q', '--depth', '1', `file://${folder}`, 'clone')
  expect(changedFixtures(join(folder, 'clone'))).toMatchObject({
    changed: [],
    notice: expect.stringContaining('cut off'),
  })
})
