// `npm run reference`: writes docs/reference from the definitions.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../lint/workspace.ts'
import { reference } from './pages.ts'

mkdirSync(join(root, 'docs/reference'), { recursive: true })
for (const [path, text] of await reference()) {
  const file = join(root, path)
  const changed = !existsSync(file) || readFileSync(file, 'utf8') !== text
  if (changed) writeFileSync(file, text)
  console.log(`${changed ? 'wrote' : 'same '} ${path}`)
}
