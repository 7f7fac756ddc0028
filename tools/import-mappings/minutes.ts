/** Somebody in the list of those present. */
export interface Attendee {
  /** Tells one person from another: the handle, else the mail address, else the name. */
  readonly id: string
  readonly name: string
  /** `@handle`, or a mail address. */
  readonly contact?: string
  /** What stands in brackets behind the name: `TSC`, `Guest from OSTIF`. */
  readonly role?: string
}

const heading = /^(#+)\s*(.*?)\s*#*$/
const present = /^(present|participants|attendees)\b/i
/** Headings inside a list, above some of those who came; any other ends it, as does one above those who did not. */
const groups = /^(present|members?|observers?|guests?|tsc|v8|other)$/i

const linesOf = (minutes: string): readonly string[] => minutes.replace(/<!--.*?(-->|$)/gs, '').split(/\r?\n/)

/** The lines below the first heading that fits, with the level of it. */
function below(lines: readonly string[], title: RegExp): { readonly level: number; readonly rest: readonly string[] } {
  for (const [n, line] of lines.entries()) {
    const found = heading.exec(line)
    if (found !== null && title.test(found[2]!)) return { level: found[1]!.length, rest: lines.slice(n + 1) }
  }
  return { level: 0, rest: [] }
}

/** Those present: the list under Present, Participants or Attendees, and under headings of groups within it. */
export function attendeesOf(minutes: string): readonly Attendee[] {
  const { level, rest } = below(linesOf(minutes), present)
  const found = new Map<string, Attendee>()
  for (const line of rest) {
    if (line.trim() === '') continue
    const title = heading.exec(line)
    if (title !== null && (title[1]!.length <= level || !groups.test(title[2]!))) break
    if (title !== null) continue
    // One list has a stray letter before a bullet.
    const entry = /^(?:\w )?\s?[*-]\s*(\S.*)$/.exec(line)
    if (entry === null) break
    if (/^(apologies|regrets)\b/i.test(entry[1]!)) continue
    const who = attendee(entry[1]!)
    if (!found.has(who.id)) found.set(who.id, who)
  }
  return [...found.values()]
}

function attendee(entry: string): Attendee {
  const text = entry.replace(/\[([^\]]+)\]\(https?:\/\/github\.com\/([\w-]+)\/?\)/, '$1 @$2')
  const mail = /<(?:mailto:)?([^<>@\s]+@[^<>\s]+)>/.exec(text)?.[1]
  const handle = /(?:^|\s)@([A-Za-z\d](?:[A-Za-z\d-]*[A-Za-z\d])?)/.exec(text)?.[1]
  const role = (/\(([^()]*)/.exec(text) ?? /\s[-–]\s+(.*)/.exec(text))?.[1]?.replaceAll(/\s+/g, ' ').trim()
  const name =
    text
      .split(/\s*(?:[@<(]|\s[-–]\s)/)[0]!
      .replaceAll(/\s+/g, ' ')
      .replace(/[\s.,]+$/, '') ||
    (handle ?? text)
  const contact = handle === undefined ? mail : `@${handle}`
  return {
    id: (contact ?? name).toLowerCase(),
    name,
    ...(contact !== undefined && { contact }),
    ...(role !== undefined && role !== '' && { role }),
  }
}

/** Parts of an agenda that are told, not discussed. */
const told = /announcement|reminder|board|review|present|stand-?up|last meeting|today/i

/** The items of the agenda: its bullets, without the notes below them. */
export function agendaOf(minutes: string): readonly string[] {
  const { level, rest } = below(linesOf(minutes), /^agenda\b/i)
  const items: string[] = []
  let skip = false
  for (const line of rest) {
    const title = heading.exec(line)
    if (title !== null && title[1]!.length <= level) break
    if (title !== null) skip = told.test(title[2]!)
    const item = /^[*-]\s+(\S.*)$/.exec(line)?.[1]
    if (item !== undefined && !skip && !/^\**\s*Extracted from/.test(item)) items.push(plain(item).slice(0, 500))
  }
  return items
}

/** The title, and a date in it where it is another than the file's. */
export function titleOf(minutes: string, date: string): { readonly title: string; readonly titleDate?: string } {
  const title = /^#\s+(\S.*?)\s*$/m.exec(minutes)?.[1]
  if (title === undefined) return { title: `Meeting ${date}` }
  const found = /\d{4}-\d\d-\d\d/.exec(title)?.[0]
  return { title: plain(title), ...(found !== undefined && found !== date && { titleDate: found }) }
}

/** A line of Markdown as text: links by what they say, escapes resolved. */
const plain = (line: string): string =>
  line
    .replaceAll(/\\?\[([^\]]*?)\\?\]\\?\([^)]*\)/g, '$1')
    .replaceAll(/\\([\\`*_{}[\]()#+.!-])/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()
