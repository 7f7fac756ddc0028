// Lints each fixture as if it stood at the place which its path below fixtures/ names, with the rules of the workspace.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { root } from './workspace.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
// Fixtures are in no TypeScript project.
const eslint = new ESLint({ cwd: root, overrideConfig: tseslint.configs.disableTypeChecked })
const ours = [
  'rapport/boundaries',
  'no-restricted-globals',
  'no-restricted-properties',
  'no-console',
  'no-restricted-syntax',
]
const results = []
for (const path of globSync('**/*.ts', { cwd: fixtures }).sort()) {
  const source = readFileSync(join(fixtures, path), 'utf8')
  const [result] = await eslint.lintText(source, { filePath: join(root, path) })
  const found = result!.messages
    .filter(({ ruleId }) => ruleId === null || ours.includes(ruleId))
    .map(({ line, message }) => ({ line, message }))
  const refused = source
    .split('\n')
    .map((text, i) => ({ line: i + 1, message: text.split(' // refused: ')[1] }))
    .filter(({ message }) => message !== undefined)
  results.push({ path, found, refused })
}
console.log(JSON.stringify(results))
