// Runs every tools/checks/*.check.ts on its own; a check fails by its exit code and says why itself.
// `npm run check -- [part of a name …] [--write]`: --write records what is new, where a check keeps records.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const given = process.argv.slice(2)
const options = given.filter((arg) => arg.startsWith('--'))
const wanted = given.filter((arg) => !arg.startsWith('--'))
const checks = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.check.ts') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort()
const failed = checks.filter((name) => {
  const flags = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning']
  const { status, error } = spawnSync(process.execPath, [...flags, join(import.meta.dirname, name), ...options], {
    stdio: 'inherit',
  })
  console.log(`${status === 0 ? 'ok    ' : 'failed'} ${name}${error ? `: ${error.message}` : ''}`)
  return status !== 0
})
console.log(`${checks.length - failed.length} of ${checks.length} checks hold`)
process.exitCode = failed.length > 0 ? 1 : 0
