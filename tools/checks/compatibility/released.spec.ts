import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Schemas } from './compare.ts'
import { judge, releasedPath } from './released.ts'

let folder: string
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder })
const write = (schemas: Schemas) => {
  mkdirSync(dirname(join(folder, releasedPath)), { recursive: true })
  writeFileSync(join(folder, releasedPath), JSON.stringify(schemas))
}
function commit(schemas: Schemas) {
  write(schemas)
  git('add', '.')
  git('commit', '-q', '-m', 'any')
}
const of = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-released-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a promise is kept though the record of it is taken away, whether or not that is committed', () => {
  git('init', '-q')
  commit({ 'a.v1': of('x') })
  commit({ 'a.v1': of('x', 'y'), 'b.v1': of('z') })
  expect(judge({ 'a.v1': of('x', 'y', 'w'), 'b.v1': of('z') }, folder)).toEqual({ problems: [] })
  write({ 'a.v1': of('x') })
  expect(judge({ 'a.v1': of('x') }, folder)).toEqual({ problems: ['a.v1 /y is removed', 'b.v1 is removed'] })
  commit({ 'a.v1': of('x') })
  rmSync(join(folder, releasedPath))
  git('commit', '-q', '-a', '-m', 'none')
  expect(judge({ 'a.v1': of('x') }, folder)).toEqual({ problems: ['a.v1 /y is removed', 'b.v1 is removed'] })
})

test('without a history, or with a part of it, the record counts, and it says so', () => {
  write({ 'a.v1': of('x') })
  expect(judge({}, folder)).toEqual({
    problems: ['a.v1 is removed'],
    notice: expect.stringContaining('No git history'),
  })
  git('init', '-q')
  commit({ 'a.v1': of('x'), 'b.v1': of('x') })
  commit({ 'a.v1': of('x') })
  git('clone', '-q', '--depth', '1', `file://${folder}`, 'clone')
  expect(judge({}, join(folder, 'clone'))).toEqual({
    problems: ['a.v1 is removed'],
    notice: expect.stringContaining('cut off'),
  })
})
