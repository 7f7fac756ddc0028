import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { failuresOf, textOf } from './report.ts'
import { run } from './run.ts'

const usage = `npm run crash -- [--kills N] [--seed S] [--json FILE]

Kills rapport start by kill -9, N times (200), at every named point and at random moments under load, and accounts for
every command after each. Exit code 1: something acknowledged is not there exactly once, something is half done or
unasked for, a point was never reached, or nothing was ever in doubt. The same seed plans the same kills and commands.`
/** Every named point once, and some at random. */
const LEAST = 12

function whole(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  console.error(`--${name} takes a whole number from ${least}.\n\n${usage}`)
  return process.exit(2)
}

const { values } = (() => {
  try {
    return parseArgs({
      options: {
        kills: { type: 'string', default: '200' },
        seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    return process.exit(2)
  }
})()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const kills = whole('kills', values.kills, LEAST)
const seed = whole('seed', values.seed, 0)

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort())
const progress = (words: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${words}`)
}

console.log(`seed ${seed}`)
try {
  const report = await run({ kills, seed, signal: interrupted.signal, progress })
  progress('')
  console.log(textOf(report))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`)
  process.exitCode = failuresOf(report).length > 0 ? 1 : 0
} catch (error) {
  progress('')
  if (!interrupted.signal.aborted) throw error
  console.error('Interrupted.')
  process.exitCode = 130
}
