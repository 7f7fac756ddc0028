// `npm run check:rules [-- --mutate [part of a path]]`: see docs/reference/rules.md.
import { parseArgs } from 'node:util'
import { mutate } from './mutate.ts'
import { examine } from './static.ts'

const { values, positionals } = parseArgs({ options: { mutate: { type: 'boolean' } }, allowPositionals: true })
const { places, refusals, problems: found } = await examine()
const problems = [...found]
const count = [...refusals.values()].flat().length
console.log(`${places.length} decisions, ${count} refusals`)
if (values.mutate) {
  const began = performance.now()
  const mutated = await mutate(refusals, positionals[0])
  problems.push(...mutated.problems)
  console.log(
    `${mutated.mutants} refusals dropped one at a time in ${Math.round((performance.now() - began) / 1000)} s`,
  )
}
for (const problem of problems) console.error(problem)
if (problems.length === 0)
  console.log(values.mutate ? 'No refusal can be dropped unnoticed.' : 'Every rule that is named is proved.')
process.exitCode = problems.length > 0 ? 1 : 0
