// npm run bench -- [--only append-1,replay-1m] [--quick] [--json FILE] [--markdown] [--dir FOLDER]
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { intoPage } from './page.ts'
import { line, words, type Line } from './report.ts'
import { Run } from './work.ts'
import { works } from './works.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    /** Also writes the figures to this file. */
    json: { type: 'string' },
    /** Puts the figures into docs/reference/speed.md: of this run, or of a file written before with --json. */
    markdown: { type: 'boolean', default: false },
    from: { type: 'string' },
    /** Where the stores stand while they are measured; by default the system's folder for such things. */
    dir: { type: 'string' },
  },
})
const only = values.only?.split(',')
const unknown = only?.filter((name) => !works.some((work) => work.name === name)) ?? []
if (unknown.length > 0) {
  console.error(`There is no work ${unknown.join(', ')}; there are ${works.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const lines: readonly Line[] =
  values.from === undefined ? await measured() : (JSON.parse(readFileSync(values.from, 'utf8')) as Line[])
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(lines, null, 2)}\n`)
if (values.markdown) {
  const page = fileURLToPath(new URL('../../docs/reference/speed.md', import.meta.url))
  writeFileSync(page, await intoPage(page, readFileSync(page, 'utf8'), lines, works))
}

async function measured(): Promise<readonly Line[]> {
  const terminal = process.stderr.isTTY
  const run = new Run({
    quick: values.quick,
    dir: values.dir,
    ...(terminal && { progress: (text: string) => process.stderr.write(`\r\u001b[K${text}`) }),
  })
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      run.end()
      process.exit(130)
    })
  const lines: Line[] = []
  try {
    for (const work of works) {
      if (only !== undefined && !only.includes(work.name)) continue
      const found = line(work, await run.perform(work))
      if (terminal) process.stderr.write('\r\u001b[K')
      lines.push(found)
      console.log(words(found))
    }
  } finally {
    run.end()
  }
  return lines
}
