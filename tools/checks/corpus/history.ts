import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../lint/workspace.ts'
import { fixturePattern } from './fixtures.ts'

export interface History {
  /** Fixtures that are not as they were when they were first committed. */
  readonly changed: readonly string[]
  /** Why less could be compared than there is. */
  readonly notice?: string
}

/** Compares every fixture with its first commit; without a whole history as far as it goes, and says so. */
export function changedFixtures(folder: string = root): History {
  const inside = git(folder, 'rev-parse', '--show-toplevel')
  if (inside === undefined)
    return { changed: [], notice: 'No git history here: whether fixtures changed was not checked.' }
  const log = git(
    folder,
    'log',
    '--diff-filter=A',
    '--no-renames',
    '--reverse',
    '--format=%x00%H',
    '--name-only',
    '--',
    `:(glob)${fixturePattern}`,
  )
  const first = new Map<string, string>()
  for (const commit of (log ?? '').split('\0').slice(1)) {
    const [id, ...paths] = commit.split('\n').filter((line) => line !== '')
    for (const path of paths) if (!first.has(path)) first.set(path, id!)
  }
  const remade = remadeFixtures(folder)
  const changed = [...first].flatMap(([path, commit]) => {
    const file = join(folder, path)
    if (!existsSync(file)) return [path]
    const text = readFileSync(file, 'utf8')
    if (remade[path] !== undefined) return remade[path].sha256 === hash('sha256', text) ? [] : [path]
    return text === git(folder, 'show', `${commit}:${path}`) ? [] : [path]
  })
  const shallow = git(folder, 'rev-parse', '--is-shallow-repository')?.trim() === 'true'
  return {
    changed,
    ...(shallow && { notice: 'The git history is cut off: fixtures were compared as far as it goes.' }),
  }
}

/** Fixtures that were made anew before their version was ever released, each held to the bytes it was made to. */
function remadeFixtures(folder: string): Readonly<Record<string, { readonly sha256: string; readonly why: string }>> {
  const file = join(folder, 'tools/checks/remade-fixtures.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof remadeFixtures>) : {}
}

function git(folder: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
  return status === 0 ? stdout : undefined
}
