// `npm run reference`: writes docs/reference from the definitions.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../../lint/workspace.ts'
import { reference } from './pages.ts'

for (const [path, text] of await reference()) {
  const file = join(root, path)
  const changed = !existsSync(file) || readFileSync(file, 'utf8') !== text
  if (changed) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  console.log(`${changed ? 'wrote' : 'same '} ${path}`)
}
