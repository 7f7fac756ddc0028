import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './cli.fixture.ts'

/** One line of what the converter makes of the archive of minutes. */
export interface Meeting {
  readonly file: string
  readonly date: string
  readonly title: string
  readonly attendees?: readonly { readonly id: string; readonly name: string; readonly contact?: string }[]
  readonly decisions?: readonly string[]
  readonly minutes: string
}

const archive = join(root, '../shared/data/nodejs-tsc-minutes/tsc_meetings_votes.tar.xz')
export const minutesMapping = join(root, 'tools/import-mappings/nodejs-tsc.yaml')
export const noMinutes = existsSync(archive) ? undefined : 'the data of nodejs-tsc-minutes is not here'

/** Meetings that nobody held, in the form of the archive's. */
const madeUp = (count: number): readonly unknown[] =>
  Array.from({ length: count }, (_, n) => ({
    repository: 'nodejs/TSC',
    file: `meetings/${n}.md`,
    date: Temporal.PlainDate.from('2020-01-01')
      .add({ days: 7 * n })
      .toString(),
    title: `Meeting ${n} of the committee`,
    ...(n % 20 > 0 && {
      attendees: [n % 7, n % 11, 20 + (n % 5)].map((who) => ({
        id: `@handle-of-${who}`,
        name: `Quirina ${'Ottokar'.slice(who % 5)} ${who}`,
        contact: `@Handle-of-${who}`,
        role: 'TSC',
      })),
    }),
    agenda: [`Matter ${n}`],
    minutes: `# Meeting ${n}\n\n* Quirina: what we talked about under number ${n * 7919} was long and winding.\n`,
  }))

/** Writes the meetings as JSON lines: those of the archive, else made-up ones. */
export function writeMeetings(file: string): readonly Meeting[] {
  const lines =
    noMinutes === undefined
      ? execFileSync('npm', ['run', '--silent', 'convert:nodejs-tsc', '--', archive], {
          cwd: root,
          encoding: 'utf8',
          maxBuffer: 1 << 26,
        })
      : madeUp(60)
          .map((meeting) => JSON.stringify(meeting) + '\n')
          .join('')
  writeFileSync(file, lines)
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Meeting)
}
