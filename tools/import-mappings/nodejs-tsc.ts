// Turns the archive of the Node.js TSC's minutes and votes into JSON lines, one meeting a line, for nodejs-tsc.yaml beside it:
//   npm run --silent convert:nodejs-tsc -- tsc_meetings_votes.tar.xz > meetings.jsonl
import { pathToFileURL } from 'node:url'
import { bytesOf } from '@rapport/import'
import { agendaOf, attendeesOf, titleOf } from './minutes.ts'
import type { Attendee } from './minutes.ts'
import { filesOf } from './tar.ts'
import { decisionOf } from './votes.ts'

/** One line: what a row of the mapping is. */
export interface Meeting {
  /** Whose minutes they are: all of an archive's belong to one engagement. */
  readonly repository: string
  /** The path in the archive, which tells the two meetings of one day apart. */
  readonly file: string
  readonly date: string
  readonly title: string
  /** The date of the title, where it is not that of the file. */
  readonly titleDate?: string
  readonly attendees?: readonly Attendee[]
  readonly agenda?: readonly string[]
  readonly decisions?: readonly string[]
  readonly minutes: string
}

/** The meetings of an archive, oldest first. A vote belongs to the first meeting of the committee that could know it. */
export function meetingsOf(archive: Buffer): readonly Meeting[] {
  const files = [...filesOf(archive)].map(
    ([path, bytes]) => [path.replace(/^\.\//, ''), bytes.toString('utf8')] as const,
  )
  const votes = files.flatMap(([path, text]) => {
    const date = /^votes\/(\d{4}-\d\d-\d\d)-\d+\.json$/.exec(path)?.[1]
    return date === undefined ? [] : [{ path, date, decision: decisionOf(text) }]
  })
  const minutes = files.flatMap(([file, text]) => {
    const date = /^meetings\/(?:[^/]+\/)?(\d{4}-\d\d-\d\d)[^/]*\.md$/.exec(file)?.[1]
    return date === undefined ? [] : [{ file, date, text }]
  })
  const inOrder = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : 1)
  const sorted = minutes.map((m) => ({ ...m, key: `${m.date} ${m.file}` })).sort(inOrder)
  const decided = Map.groupBy(
    votes.map((v) => ({ ...v, key: v.path })).sort(inOrder),
    (vote) => sorted.find((m) => m.date >= vote.date && /^meetings\/[^/]+$/.test(m.file))?.file,
  )
  const attended = new Map(sorted.map(({ file, text }) => [file, attendeesOf(text)]))
  // Spellings differ and names change: a person is called as the latest minutes do.
  const names = new Map([...attended.values()].flat().map(({ id, name }) => [id, name]))
  return sorted.map(({ file, date, text }): Meeting => {
    const attendees = attended.get(file)!.map((who) => ({ ...who, name: names.get(who.id)! }))
    const agenda = agendaOf(text)
    const decisions = (decided.get(file) ?? []).map(({ decision }) => decision)
    return {
      repository: 'nodejs/TSC',
      file,
      date,
      ...titleOf(text, date),
      ...(attendees.length > 0 && { attendees }),
      ...(agenda.length > 0 && { agenda }),
      ...(decisions.length > 0 && { decisions }),
      minutes: text,
    }
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = process.argv[2]
  if (file === undefined) throw new Error('Which archive? Name tsc_meetings_votes.tar.xz.')
  const archive = Buffer.concat(await Array.fromAsync(bytesOf(file)))
  for (const meeting of meetingsOf(archive)) process.stdout.write(`${JSON.stringify(meeting)}\n`)
}
