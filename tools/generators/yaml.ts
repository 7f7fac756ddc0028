export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain }

/** YAML in block style of what JSON can hold but null; a text is quoted as JSON quotes it wherever it might read as anything else. */
export const yaml = (value: Plain): string => `${block(value, '').trimStart()}\n`

function block(value: Plain, indent: string): string {
  if (typeof value !== 'object') return ` ${typeof value === 'string' ? text(value) : String(value)}`
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    return value.map((item: Plain) => `\n${indent}-${nested(block(item, inner))}`).join('')
  }
  const members = Object.entries(value)
  if (members.length === 0) return ' {}'
  return members.map(([name, of]) => `\n${indent}${text(name)}:${block(of, inner)}`).join('')
}

/** The first line of a block within a list stands behind the dash. */
const nested = (lines: string): string => (lines.startsWith('\n') ? ` ${lines.trimStart()}` : lines)

/** Plain where nothing but a text could be meant. */
const text = (value: string): string =>
  /^[A-Za-z][\w./-]*( [\w./-]+)*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value)
