import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'
import { environment } from '@rapport/testing'
import { begin, isDated, masked, Shell, stepsOf, undated } from './tour.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'rapport-readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the README does what it says, word by word, ids, instants and ports aside', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  for (const linked of ['node_modules', 'apps']) symlinkSync(join(root, linked), join(folder, linked))
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  const env = {
    ...environment(),
    PORT: '0',
    PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
  }
  const [start, ...steps] = stepsOf(readme)
  expect(start!.command).toBe('npm start')
  const server = await begin(start!.command, folder, env, 'Ctrl-C ends it')
  const shell = new Shell(folder, env)
  try {
    expect(masked(server.output())).toContain(masked(start!.expected))
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output())![0]
    for (const { command, expected, line } of steps) {
      const printed = await shell.run(command.replaceAll('http://127.0.0.1:4680', address))
      const shown = isDated(command) ? (text: string) => undated(masked(text)) : masked
      expect(`README line ${line}: ${command}\n${shown(printed)}`).toBe(
        `README line ${line}: ${command}\n${shown(expected)}`,
      )
    }
  } finally {
    await shell.close()
    process.kill(-server.process.pid!, 'SIGTERM')
    if (server.process.exitCode === null) await once(server.process, 'exit')
  }
}, 600_000)

test('every file that the README and docs/how-to link to is there', () => {
  const documents = [
    'README.md',
    'docs/how-to/add-a-use-case.md',
    'docs/how-to/import-a-spreadsheet.md',
    'docs/how-to/look-after-a-data-folder.md',
    'docs/how-to/move-to-servers.md',
    'docs/how-to/run-on-servers.md',
  ]
  const dead = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((m) => join(root, document, '..', m[1]!))
    return links.filter((link) => !existsSync(link)).map((link) => `${document}: ${link.slice(root.length)}`)
  })
  expect(dead).toEqual([])
})
