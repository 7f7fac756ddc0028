// A block of a how-to that names a file shows what stands there; a context's README names all that it serves.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { registry } from '../generators/house.ts'
import { root } from '../lint/workspace.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const problems: string[] = []

for (const page of globSync('docs/**/*.md', { cwd: root }).sort())
  for (const [, path, block] of read(page).matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms))
    if (!read(path!).includes(block!))
      problems.push(`${page} shows of ${path} what does not stand there: ${block!.split('\n')[0]}`)

for (const { name, streams } of registry.contexts) {
  const path = `libs/contexts/${name}/README.md`
  const words = new Set(read(path).match(/[A-Za-z][A-Za-z0-9-]*/g))
  for (const { stream, decisions } of streams)
    for (const word of [...decisions.map((decision) => decision.name), ...stream.events.keys()])
      if (!words.has(word)) problems.push(`${path} does not name ${word} of ${stream.name}`)
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
