// What belongs to one machine or one network is not in the repository, nor is anything large.
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { root } from '../lint/workspace.ts'
import { hygieneProblems } from './hygiene.ts'

const MOST = 1_000_000
const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 26,
})
const paths = listed.status === 0 ? listed.stdout.split('\0').filter((path) => path !== '') : []
if (listed.status !== 0) console.log('No git here: the files of the repository are not known and were not checked.')

const problems = paths.flatMap((path) => {
  const file = join(root, path)
  const stat = statSync(file, { throwIfNoEntry: false })
  // A file that is deleted and not committed yet, or a link.
  if (stat === undefined || !stat.isFile()) return []
  if (stat.size > MOST) return [`${path} has ${stat.size} bytes, more than ${MOST}`]
  return hygieneProblems(path, readFileSync(file, 'utf8'), [root, homedir()])
})
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
