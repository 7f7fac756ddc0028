import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../lint/workspace.ts'
import { allBroken, type Schemas } from './compare.ts'

/** The schemas that readers were given, without words for people. */
export const releasedPath = 'tools/checks/released-schemas.json'

export const released = (folder: string = root): Schemas =>
  existsSync(join(folder, releasedPath)) ? parse(readFileSync(join(folder, releasedPath), 'utf8')) : {}
const parse = (text: string): Schemas => JSON.parse(text) as Schemas

export interface Judged {
  /** What of today's schemas breaks a promise that was recorded, now or in any commit. */
  readonly problems: readonly string[]
  /** Why less could be compared than there is. */
  readonly notice?: string
}

/** Compares today's schemas with what is recorded, and with all that ever was: the record itself may not lose a promise. */
export function judge(today: Schemas, folder: string = root): Judged {
  const problems = new Set(allBroken(released(folder), today))
  const commits = git(folder, 'log', '--format=%H', '--', releasedPath)
  if (commits === undefined)
    return { problems: [...problems], notice: 'No git history here: compared with the record alone.' }
  for (const commit of commits.split('\n').filter((line) => line !== '')) {
    const text = git(folder, 'show', `${commit}:${releasedPath}`)
    // A commit that takes the record away holds none.
    if (text !== undefined) allBroken(parse(text), today).forEach((problem) => problems.add(problem))
  }
  const shallow = git(folder, 'rev-parse', '--is-shallow-repository')?.trim() === 'true'
  return {
    problems: [...problems],
    ...(shallow && {
      notice: 'The git history is cut off: schemas were compared with the record and as far as it goes.',
    }),
  }
}

function git(folder: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
  return status === 0 ? stdout : undefined
}
