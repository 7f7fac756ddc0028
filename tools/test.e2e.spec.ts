import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-runner-'))
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, 'jest.config.json'), '{ "testEnvironment": "node" }')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function run(spec: string) {
  const name = `s${files++}.test.js`
  writeFileSync(join(folder, name), spec)
  return runnerOn(name)
}

function runnerOn(pattern: string) {
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'test.mjs'), '-c', join(folder, 'jest.config.json'), '--rootDir', folder, pattern],
    { encoding: 'utf8' },
  )
  return { lines: stdout.trimEnd().split('\n'), status }
}

test('counts what passed, failed, was skipped and is to do, and names the skips', () => {
  const { lines, status } = run(`
    test('a', () => {}); test('b', () => { throw new Error('no') })
    describe('store', () => { test.skip('c (no server)', () => {}); test.todo('d') })`)
  expect(lines).toContain('skipped: store c (no server)')
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 2 skipped')
  expect(status).toBe(1)
})

test('ends well when all tests pass', () => {
  const { lines, status } = run(`test('a', () => {})`)
  expect(lines).toEqual(['1 passed, 0 failed, 0 skipped'])
  expect(status).toBe(0)
})

test.each([
  ['a suite that does not parse', `test('a', () => {`, '0 passed, 1 failed, 0 skipped'],
  ['a suite without a test', ``, '0 passed, 1 failed, 0 skipped'],
  [
    'a clean-up that throws',
    `test('a', () => {}); afterAll(() => { throw new Error('no') })`,
    '1 passed, 1 failed, 0 skipped',
  ],
  ['a test that ends Jest with exit code 0', `test('a', () => process.reallyExit(0))`, '0 passed, 1 failed, 0 skipped'],
  ['a test that kills Jest', `test('a', () => process.kill(process.pid, 'SIGKILL'))`, '0 passed, 1 failed, 0 skipped'],
  ['skips alone', `test.skip('a', () => {})`, '0 passed, 1 failed, 1 skipped'],
])('%s is no pass', (_, spec, last) => {
  const { lines, status } = run(spec)
  expect(lines.at(-1)).toBe(last)
  expect(status).toBe(1)
})

test('a pattern that matches no suite is no pass', () => {
  const { lines, status } = runnerOn('there-is-no-such-suite')
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped')
  expect(status).toBe(1)
})
