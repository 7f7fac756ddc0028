import { expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { crashingAt, type Crashing } from './crashing.ts'

const program = `
  const { channel } = require('node:diagnostics_channel')
  const { writeSync } = require('node:fs')
  for (let n = 1; n <= 3; n++) { channel('rapport.crash.here').publish({}); writeSync(1, String(n)) }`

function run({ execArgv, env }: Crashing) {
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const { signal, status, stdout } = spawnSync(process.execPath, [...execArgv, '-e', program], {
    env: { ...inherited, ...env },
    encoding: 'utf8',
  })
  return { signal, status, stdout }
}

test.each([
  [1, ''],
  [3, '12'],
])('a process dies by SIGKILL where the point announces itself for the time no. %d', (nth, stdout) =>
  expect(run(crashingAt('rapport.crash.here', nth))).toEqual({ signal: 'SIGKILL', status: null, stdout }),
)

test('a process that does not reach the point so often, or was not asked, ends in its own way', () => {
  const whole = { signal: null, status: 0, stdout: '123' }
  expect(run(crashingAt('rapport.crash.here', 4))).toEqual(whole)
  expect(run(crashingAt('rapport.crash.elsewhere'))).toEqual(whole)
  expect(run({ ...crashingAt('rapport.crash.here'), env: {} })).toEqual(whole)
})
