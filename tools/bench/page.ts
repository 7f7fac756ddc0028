import { format, resolveConfig } from 'prettier'
import { markdown, type Line } from './report.ts'
import type { Work } from './work.ts'

const [begin, end] = ['<!-- figures: npm run bench -- --markdown -->', '<!-- end of figures -->']

/** The page with the figures between its two marks replaced, as Prettier leaves it. */
export async function intoPage(
  path: string,
  text: string,
  lines: readonly Line[],
  works: readonly Work[],
): Promise<string> {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} has no place for figures.`)
  const next = `${text.slice(0, from)}${begin}\n\n${markdown(lines, works)}\n\n${text.slice(to)}`
  return format(next, { ...(await resolveConfig(path)), parser: 'markdown' })
}
