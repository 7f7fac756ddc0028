// What analysts were given stays readable: today's schemas against all that were recorded before (docs/how-to/consume-the-topics.md).
// `npm run check -- compatibility --write` records what is new and breaks nothing.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { schemas } from '../generators/messages/schemas.ts'
import { root } from '../lint/workspace.ts'
import { bare, type Schemas } from './compatibility/compare.ts'
import { judge, released, releasedPath } from './compatibility/released.ts'

const today: Schemas = Object.fromEntries([...schemas()].map(([name, schema]) => [name, bare(schema)]))
const { problems, notice } = judge(today)
if (notice !== undefined) console.log(notice)
for (const problem of problems) console.error(`${problem}: give the event another version`)

const before = released()
const unrecorded = Object.keys(today).filter((name) => !isDeepStrictEqual(before[name], today[name]))
if (problems.length === 0 && process.argv.includes('--write')) {
  const file = join(root, releasedPath)
  if (unrecorded.length > 0)
    writeFileSync(file, await format(JSON.stringify(today), { ...(await resolveConfig(file)), parser: 'json' }))
  console.log(`${unrecorded.length} recorded`)
} else if (problems.length === 0) {
  for (const name of unrecorded) console.error(`${name} is not recorded: npm run check -- compatibility --write`)
  process.exitCode = unrecorded.length > 0 ? 1 : 0
} else process.exitCode = 1
