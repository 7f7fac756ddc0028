import { access, constants, lstat, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { RapportError } from '@rapport/events'

/** Members of a rejected record that say where it stood and what is wrong with it. */
export const ours = ['record', 'line', 'code', 'reason'] as const

/** A file of rejected records is known by its first line, which is never longer than this. */
const FIRST = 4 * 1024 * 1024

/** Where a file of rejected records grows until it is complete. */
export const partOf = (path: string): string => `${path}.part`

/** Refuses a place for rejected records where something else would be lost, or where nothing can be written; `kept` are files of this run. */
export async function checkTarget(path: string, kept: readonly string[]): Promise<void> {
  await access(dirname(path), constants.W_OK).catch(() => {
    throw refused(path, 'its folder is not there, or nothing may be written into it')
  })
  const same = await Promise.all(kept.map(identity))
  for (const place of [path, partOf(path)]) {
    const found = await lstat(place).catch(() => undefined)
    if (found === undefined || (place !== path && found.isFile() && found.size === 0)) continue
    if (same.includes(await identity(place))) throw refused(place, 'this run reads it')
    if (!(await isRejectedFile(place))) throw refused(place, 'it holds something else')
  }
}

const refused = (path: string, why: string): RapportError =>
  new RapportError(
    'rejected-target',
    `Rejected rows cannot be written to ${path}: ${why}. Choose another file (--rejected).`,
    { file: path },
  )

/** The same for every name of a file. */
async function identity(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found === undefined ? path : `${found.dev} ${found.ino}`
}

/** True where an import wrote this file, and may therefore replace it or take it away. */
export async function isRejectedFile(path: string): Promise<boolean> {
  if ((await lstat(path).catch(() => undefined))?.isFile() !== true) return false
  const first = await firstLine(path)
  return csvHeader.test(first) || isRejectedLine(first)
}

/** Whatever delimiter and quote: a spreadsheet program may have saved it again. */
const csvHeader = new RegExp(
  `^\ufeff?[^a-z]?${ours.map((name) => `(?:rejected )*${name}`).join('[^a-z]{1,3}')}(?![a-z])`,
)

function isRejectedLine(text: string): boolean {
  let row: unknown
  try {
    row = JSON.parse(text)
  } catch {
    return false
  }
  if (row === null || typeof row !== 'object' || Array.isArray(row)) return false
  const [record, line, code, reason] = ours.map((name) => {
    const names = Object.keys(row).filter((key) => new RegExp(`^(rejected )*${name}$`).test(key))
    return (row as Record<string, unknown>)[names.sort((a, b) => b.length - a.length)[0] ?? '']
  })
  return Number.isInteger(record) && Number.isInteger(line) && typeof code === 'string' && typeof reason === 'string'
}

async function firstLine(path: string): Promise<string> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, FIRST)), 0, Math.min(size, FIRST), 0)
    return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0]!
  } finally {
    await handle.close()
  }
}
