// `npm run new decision <context> <stream> <name> [Event]`: writes the places to fill in for one use case.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lint/workspace.ts'
import { newDecision, writeAll } from './new-decision.ts'

const read = (path: string): string | undefined =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined

const [what, context, stream, name, event] = process.argv.slice(2)
if (what !== 'decision' || context === undefined || stream === undefined || name === undefined) {
  console.error('npm run new decision <context> <stream> <name> [Event]')
  console.error('for example: npm run new decision communication disclosure withdraw DisclosureWithdrawn')
  process.exit(2)
}
try {
  const made = newDecision(read, { context, stream, name, event })
  for (const path of await writeAll(root, made.files)) console.log(`wrote ${path}`)
  console.log(`\nNow, in this order:
  1. libs/contracts/src/${context}.ts: the fields of ${made.event}
  2. ${made.folder}/events.ts: who may see it, its sentence in both languages, what it does to the state
  3. ${made.folder}/${name}.spec.ts: what it records and when it refuses; titles begin with the rules (docs/reference/rules.md)
  4. ${made.folder}/${name}.ts: summary, rules, roles, errors, an example, and the decision itself; its row in libs/contexts/${context}/README.md
  5. npm test -- ${context}
  6. RAPPORT_FIXTURES=write npm test -- contexts/${context}/src/fixtures, once the event is right: it is for ever
  7. npm run reference && npm run check -- models compatibility --write && npm run check && npm run check:rules -- --mutate ${stream}/${name}
docs/how-to/add-a-use-case.md walks through one.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
