// The same events make the same documents under the same version of a read model (contracts.md §7).
// `npm run check -- models --write` records versions and fixtures that are new; what stands is never written again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { registry } from '../generators/house.ts'
import { goldens } from './corpus/fixtures.ts'
import { foldModel, type Folded } from './corpus/fold.ts'
import { tell } from './corpus/story.ts'

/** By model and version: the documents of each fixture, and what became of which story. */
type Hashes = Record<string, { story?: Folded; fixtures: Record<string, string> }>

const file = join(import.meta.dirname, 'model-hashes.json')
const hashes: Hashes = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Hashes) : {}
const write = process.argv.includes('--write')
const problems: string[] = []
let recorded = 0

const story = await tell(registry)
const again = await tell(registry)
const golden = goldens(registry)

for (const model of registry.models) {
  const name = `${model.name}.v${model.version}`
  const own = (hashes[name] ??= { fixtures: {} })
  const told = foldModel(registry, model, story)
  if (told === undefined) {
    problems.push(`${name}: the story holds none of its events`)
    continue
  }
  const second = foldModel(registry, model, again)!
  if (second.documents !== told.documents)
    problems.push(`${name}: the same story told twice makes other documents: is there a clock or chance in it?`)
  if (own.story?.events !== told.events) record(`${name} of the story`, () => (own.story = told))
  else if (own.story.documents !== told.documents) problems.push(other(name, 'the story'))
  for (const { path, events } of golden) {
    const last = registry.read(events.at(-1)!)
    if (!model.types.has(`${last.kind}/${last.type}`)) continue
    const folded = foldModel(registry, model, events)!
    const before = own.fixtures[path]
    if (before === undefined) record(`${name} of ${path}`, () => (own.fixtures[path] = folded.documents))
    else if (before !== folded.documents) problems.push(other(name, path))
  }
}
for (const problem of problems) console.error(problem)
if (write && recorded > 0)
  writeFileSync(file, await format(JSON.stringify(hashes), { ...(await resolveConfig(file)), parser: 'json' }))
if (write) console.log(`${recorded} recorded`)
process.exitCode = problems.length > 0 ? 1 : 0

function record(what: string, set: () => void): void {
  if (!write) problems.push(`${what} is not recorded: npm run check -- models --write`)
  else recorded++
  set()
}

function other(name: string, of: string): string {
  return `${name} makes other documents of ${of} than it did: give it another version`
}
