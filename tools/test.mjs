// Runs Jest on the workspace's own Node. The closing line is the sum of Jest's JSON report, never a guess.
// Plain JavaScript for Node 20.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { nodeOrExit, root } from './local-node.mjs'
import { closingLine, totalsOf } from './test-report.mjs'

const folder = mkdtempSync(join(tmpdir(), 'rapport-test-'))
const report = join(folder, 'jest.json')
const jest = spawn(
  nodeOrExit(),
  [join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: join(root, 'node_modules/.bin') + delimiter + process.env.PATH,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
    },
  },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal))

jest.on('error', (error) => end(`Jest did not start: ${error.message}`))
jest.on('close', (code, signal) => end(code === 0 ? undefined : `Jest ended with ${signal ?? `exit code ${code}`}.`))

function end(problem) {
  const totals = totalsOf(report, problem)
  rmSync(folder, { recursive: true, force: true })
  // .ci/run adds up the totals of several runs.
  if (process.env.RAPPORT_TOTALS) writeFileSync(process.env.RAPPORT_TOTALS, JSON.stringify(totals))
  for (const name of totals.skips) console.log(`skipped: ${name}`)
  for (const text of totals.problems) console.log(`failed: ${text}`)
  process.exitCode = totals.failed > 0 ? 1 : 0
  console.log(closingLine(totals))
}
