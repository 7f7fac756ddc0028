import { format, resolveConfig } from 'prettier'
import { markdown, type Line } from './report.ts'
import type { Work } from './work.ts'

const end = '<!-- end of figures -->'

/** The page with the figures between the marks of a command replaced, as Prettier leaves it. */
export async function between(command: string, path: string, text: string, figures: string): Promise<string> {
  const begin = `<!-- figures: npm run ${command} -- --markdown -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(end, from)
  if (from < 0 || to < from) throw new Error(`${path} has no place for the figures of ${command}.`)
  const next = `${text.slice(0, from)}${begin}\n\n${figures}\n\n${text.slice(to)}`
  return format(next, { ...(await resolveConfig(path)), parser: 'markdown' })
}

/** The page with the figures of `npm run bench`. */
export const intoPage = (path: string, text: string, lines: readonly Line[], works: readonly Work[]): Promise<string> =>
  between('bench', path, text, markdown(lines, works))
