// Every code that the sources end with is in a list, so that docs/reference/errors.md has it; no list names one that is not there.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileCodes, rowCodes } from '@rapport/import'
import { platformErrors } from '@rapport/service'
import { contexts } from '../generators/house.ts'
import { codesOfCommandLine } from '../generators/reference/errors.ts'
import { root } from '../lint/workspace.ts'

const forms = [
  /new (?:RapportError|Refusal)\(\s*'([a-z-]+)'/g,
  /super\(\s*'([a-z-]+)'/g,
  /new Ended\(\s*'[a-z-]+',\s*(?:`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'),\s*'([a-z-]+)'/g,
]
/** Of errors that never leave: they are caught where they mean something, or are a fault of ours that the edge answers `unexpected` to. */
const inner = new Set(['corrupt', 'invalid-append', 'audience'])

const lists = Object.values(await codesOfCommandLine())
const listed = new Set([
  ...Object.keys({ ...platformErrors, ...rowCodes, ...fileCodes }),
  ...lists.flatMap((list) => Object.keys(list)),
  ...contexts.flatMap(({ streams }) =>
    streams.flatMap(({ decisions }) => decisions.flatMap(({ errors }) => Object.keys(errors))),
  ),
])
const problems: string[] = []
const everything: string[] = []
for (const path of globSync(['apps/*/src/**/*.ts', 'libs/house/src/**/*.ts', 'libs/platform/*/src/**/*.ts'], {
  cwd: root,
  exclude: ['**/*.spec.ts', '**/*.fixture.ts', 'libs/platform/testing/**', 'apps/rapport/src/codes.ts'],
}).sort()) {
  const source = readFileSync(join(root, path), 'utf8')
  everything.push(source)
  for (const form of forms)
    for (const [, code] of source.matchAll(form))
      if (!listed.has(code!) && !inner.has(code!)) problems.push(`${path} ends with ${code}, which no list has`)
}
const sources = everything.join('\n')
for (const list of lists)
  for (const code of Object.keys(list))
    if (!sources.includes(`'${code}'`) && !new RegExp(`^  ${code}: \\{ code`, 'm').test(sources))
      problems.push(`apps/rapport/src/codes.ts lists ${code}, which nothing ends with`)

for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
