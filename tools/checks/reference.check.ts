// docs/reference says what the definitions say.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reference } from '../generators/reference/pages.ts'
import { root } from '../lint/workspace.ts'

const wanted = await reference()
const stale = [...wanted].filter(([path, text]) => {
  const file = join(root, path)
  return !existsSync(file) || readFileSync(file, 'utf8') !== text
})
// A page that does not say that it is generated is written by hand.
const byHand = (path: string): boolean =>
  path.endsWith('.md') && !readFileSync(join(root, path), 'utf8').startsWith('<!-- Generated')
const left = globSync('docs/reference/**/*.*', { cwd: root }).filter((path) => !wanted.has(path) && !byHand(path))
for (const [path] of stale) console.error(`${path} is stale: npm run reference`)
for (const path of left) console.error(`${path} is made by nothing`)
process.exitCode = stale.length + left.length > 0 ? 1 : 0
