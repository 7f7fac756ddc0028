// Decisions, rules, codes and the titles of specs agree. `npm run check:rules -- --mutate` also runs the specs.
import { examine } from './rules/static.ts'

const { problems } = await examine()
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
