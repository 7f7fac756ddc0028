import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { environment } from '@rapport/testing'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = join(import.meta.dirname, '../../..')
let app: string
let started: ChildProcess[]

// A main that tells its pid, stays until SIGTERM and then ends in its own way.
const main = `
if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]))
if (process.argv[2] === 'flags') { console.log(JSON.stringify(process.execArgv)); process.exit(0) }
const timer = setInterval(() => {}, 1000)
if (process.argv[2] === 'graceful')
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => setTimeout(() => { console.log('closed by ' + signal); clearInterval(timer); process.exitCode = 7 }, 50))
console.log(process.pid)
`

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'rapport-bin-'))
  started = []
  mkdirSync(join(app, 'src'))
  cpSync(join(import.meta.dirname, 'rapport.mjs'), join(app, 'bin/rapport.mjs'))
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(app, 'src/main.ts'), main)
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'), 'junction')
})

afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(app, { recursive: true, force: true })
})

// Without the condition the bin starts itself again, as it does under an outer Node that is too old.
function run(...args: string[]) {
  return runWith([], ...args)
}

function runWith(flags: string[], ...args: string[]) {
  const child = spawn(process.execPath, [...flags, join(app, 'bin/rapport.mjs'), ...args], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }))
  const inner = async () => {
    while (!output.includes('\n')) await sleep(10)
    return Number(output.split('\n')[0])
  }
  return { child, ended, inner }
}

test('the exit code of main is the exit code of rapport', async () => {
  expect(await run('exit', '3').ended).toMatchObject({ code: 3, signal: null })
  expect(await run('exit', '0').ended).toMatchObject({ code: 0, signal: null })
})

test('main runs with the source condition', async () => {
  const { output } = await run('flags').ended
  expect(JSON.parse(output)).toContain('--conditions=@rapport/source')
})

test('without sources the output runs, without the source condition', async () => {
  mkdirSync(join(app, 'dist'))
  writeFileSync(join(app, 'dist/main.js'), 'console.log(JSON.stringify(process.execArgv))')
  renameSync(join(app, 'src'), join(app, 'elsewhere'))
  const { output } = await runWith(['--conditions=@rapport/source']).ended
  renameSync(join(app, 'elsewhere'), join(app, 'src'))
  expect(JSON.parse(output)).toEqual(['--disable-warning=ExperimentalWarning'])
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s lets main end in its own way', async (signal) => {
  const { child, ended, inner } = run('graceful')
  expect(await inner()).not.toBe(child.pid)
  child.kill(signal)
  const { code, output } = await ended
  expect(code).toBe(7)
  expect(output).toContain(`closed by ${signal}`)
})

test('a main that a signal ends makes rapport end by that signal', async () => {
  const { child, ended, inner } = run('stay')
  await inner()
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' })
})

test('kill -9 of rapport leaves no main behind', async () => {
  const { child, ended, inner } = run('graceful')
  await inner()
  child.kill('SIGKILL')
  // The output closes only when the last process that holds it is gone.
  expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL' })
})
