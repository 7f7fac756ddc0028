// What the image runs: `rapport …` is the command line, the name of any other app is its service.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const apps = join(import.meta.dirname, '../../apps')
const [name = ''] = process.argv.splice(2, 1)
const main = join(apps, name, name === 'rapport' ? 'bin/rapport.mjs' : 'dist/main.js')
if (/^[a-z]+$/.test(name) && existsSync(main)) await import(pathToFileURL(main).href)
else {
  process.stderr.write(`Name what to run: ${readdirSync(apps).sort().join(', ')}.\n`)
  process.exitCode = 2
}
