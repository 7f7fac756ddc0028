// docs/reference says what the definitions say.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reference } from '../generators/reference/pages.ts'
import { root } from '../lint/workspace.ts'

const wanted = await reference()
const stale = [...wanted].filter(([path, text]) => {
  const file = join(root, path)
  return !existsSync(file) || readFileSync(file, 'utf8') !== text
})
const folder = join(root, 'docs/reference')
const left = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => !wanted.has(`docs/reference/${name}`))
for (const [path] of stale) console.error(`${path} is stale: npm run reference`)
for (const name of left) console.error(`docs/reference/${name} is made by nothing`)
process.exitCode = stale.length + left.length > 0 ? 1 : 0
