import { createHash, type Hash } from 'node:crypto'
import { RapportError, type Json } from '@rapport/events'

/** What a file of lines says of itself in its first one. */
export interface Header {
  /** `export`: events and what belongs to them; `keys`: the keys of the same moment. */
  readonly rapport: 'export' | 'keys'
  readonly format: number
  readonly store: string
  readonly restores: number
  /** Of an export: SHA-256 of the file of its keys, hex. */
  readonly keys?: string
}
export type Line = Readonly<Record<string, Json>>
/** Lines whose check was right; `end`: the last one, which counts what came before. */
export interface Block {
  readonly lines: readonly Line[]
  readonly end?: Line
}

export const FORMAT = 1
/** After so many lines or bytes of UTF-8 a check follows; a reader holds as much in memory. */
const LINES = 500
const BYTES = 1024 * 1024
/** An event may be 512 KiB, and its texts are quoted once more. */
const LONGEST = 8 * 1024 * 1024

/**
 * Writes JSON lines. Every so often one of them, `{"check": …}`, is the SHA-256 of all bytes before it, so that a reader takes nothing
 * that was changed on the way; the last one has `end`, so that a cut is noticed. A check is no signature: whoever may change the lines on
 * purpose can make them fit.
 */
export class LineWriter {
  readonly #write: (text: string) => Promise<void>
  readonly #hash: Hash = createHash('sha256')
  #waiting = ''
  #lines = 0

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write
  }

  async header(header: Header): Promise<void> {
    this.#add({ ...header })
    await this.#check()
  }

  async line(line: Line): Promise<void> {
    this.#add(line)
    if (++this.#lines >= LINES || this.#waiting.length >= BYTES) await this.#check()
  }

  /** The last line; answers the SHA-256 of everything. */
  async end(counts: Json): Promise<string> {
    this.#add({ end: counts, check: this.#digest() })
    await this.#write(this.#waiting)
    return this.#digest()
  }

  #add(line: Line): void {
    const text = `${JSON.stringify(line)}\n`
    this.#hash.update(text)
    this.#waiting += text
  }

  async #check(): Promise<void> {
    this.#add({ check: this.#digest() })
    await this.#write(this.#waiting)
    this.#waiting = ''
    this.#lines = 0
  }

  #digest(): string {
    return this.#hash.copy().digest('hex')
  }
}

/** The header, and the blocks as they come, each after its check. */
export interface Reading {
  readonly header: Header
  readonly blocks: AsyncIterable<Block>
  /** SHA-256 of everything, hex, once the blocks have ended. */
  digest(): string
}

/**
 * Reads what a {@link LineWriter} wrote. `not-an-export`: it is something else; `newer-file`: a newer release wrote it;
 * `export-damaged`: a check is not that of the lines before it; `export-incomplete`: it breaks off.
 */
export async function readLines(input: AsyncIterable<Uint8Array>, rapport: Header['rapport']): Promise<Reading> {
  const hash = createHash('sha256')
  const lines = split(input, rapport)
  const first = await lines.next()
  const header = headerOf(first.done === true ? undefined : first.value, rapport)
  hash.update(first.value as Uint8Array)
  return { header, blocks: blocksOf(lines, hash, rapport), digest: () => hash.digest('hex') }
}

async function* blocksOf(
  input: AsyncIterable<Uint8Array>,
  hash: Hash,
  rapport: Header['rapport'],
): AsyncGenerator<Block, void, undefined> {
  let lines: Line[] = []
  let bytes = 0
  let ended = false
  for await (const text of input) {
    const line = parsed(text)
    if (line === undefined || ended || lines.length > LINES || (bytes += text.length) > 4 * BYTES + LONGEST)
      throw damaged(rapport)
    const { check, end } = line
    if (check !== undefined && check !== hash.copy().digest('hex')) throw damaged(rapport)
    hash.update(text)
    if (check === undefined) lines.push(line)
    else {
      ended = end !== undefined
      yield { lines, ...(ended && { end: line }) }
      lines = []
      bytes = 0
    }
  }
  if (!ended) throw incomplete(rapport)
}

function headerOf(bytes: Uint8Array | undefined, rapport: Header['rapport']): Header {
  if (bytes === undefined) throw incomplete(rapport)
  const { rapport: holds, format, ...rest } = parsed(bytes) ?? {}
  if (holds !== rapport || typeof format !== 'number')
    throw new RapportError(
      'not-an-export',
      holds === 'keys' || holds === 'export'
        ? `This holds ${holds === 'keys' ? 'keys' : 'an export'}, not ${rapport === 'keys' ? 'keys' : 'an export'}.`
        : `This is no ${rapport === 'keys' ? 'file of keys' : 'export'} of Rapport.`,
    )
  if (format > FORMAT)
    throw new RapportError('newer-file', 'The export was written by a newer release.', { found: format, known: FORMAT })
  const { store, restores, keys } = rest
  if (
    typeof store !== 'string' ||
    !Number.isSafeInteger(restores) ||
    (rapport === 'export' && typeof keys !== 'string')
  )
    throw damaged(rapport)
  return { rapport, format, store, restores: restores as number, ...(typeof keys === 'string' && { keys }) }
}

const incomplete = (rapport: Header['rapport']): RapportError =>
  new RapportError(
    'export-incomplete',
    `The ${rapport === 'keys' ? 'file of the keys' : 'export'} breaks off before its end.`,
  )
const damaged = (rapport: Header['rapport']): RapportError =>
  new RapportError(
    'export-damaged',
    `The ${rapport === 'keys' ? 'file of the keys' : 'export'} is not as it was written; nothing of what was changed was taken.`,
  )

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parsed(bytes: Uint8Array): Line | undefined {
  try {
    const value = JSON.parse(utf8.decode(bytes)) as Json
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : undefined
  } catch {
    return undefined
  }
}

const NEWLINE = 10

/** Each line with its end; without one it was cut. */
async function* split(
  input: AsyncIterable<Uint8Array>,
  rapport: Header['rapport'],
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array[] = []
  let length = 0
  for await (const chunk of input) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at + 1)])
      rest = []
      length = 0
      from = at + 1
    }
    rest.push(chunk.subarray(from))
    if ((length += chunk.length - from) > LONGEST) throw new RapportError('export-damaged', 'A line is too long.')
  }
  if (length > 0) throw incomplete(rapport)
}
