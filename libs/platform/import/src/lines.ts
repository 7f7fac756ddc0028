import { limits } from '@rapport/events'
import { bytesOf } from './bytes.ts'

/** A physical line without its end, one character a byte of UTF-8 (so that splitting never cuts or hides a wrong byte). */
export interface Line {
  /** From 1. */
  readonly number: number
  readonly bytes: string
  /** Longer than {@link longest}: only its beginning is kept. */
  readonly tooLong: boolean
}

/** Characters of a line, and of all lines of one record, that are kept in memory at most. */
export const longest: number = limits.bodyBytes

/** The lines of a file; a byte order mark is dropped and decides the encoding, whatever the mapping says. */
export async function* linesOf(file: string, encoding: string, signal?: AbortSignal): AsyncGenerator<Line> {
  let number = 0
  let kept: string[] = []
  let size = 0
  const line = (end: string): Line => {
    const whole = size + end.length <= longest
    const bytes = whole ? (kept.length === 0 ? end : kept.join('') + end) : kept.join('').slice(0, longest)
    kept = []
    size = 0
    return { number: ++number, bytes: bytes.endsWith('\r') ? bytes.slice(0, -1) : bytes, tooLong: !whole }
  }
  for await (const piece of asUtf8(bytesOf(file, signal), encoding)) {
    let start = 0
    for (let end; (end = piece.indexOf('\n', start)) >= 0; start = end + 1) yield line(piece.slice(start, end))
    const rest = piece.slice(start)
    if (size <= longest && rest !== '') kept.push(rest)
    size += rest.length
  }
  if (size > 0) yield line('')
}

/** The text of a piece of a line, or undefined where its bytes are not UTF-8 (or were not the mapping's encoding). */
export function textOf(bytes: string): string | undefined {
  if (!/[^\0-\x7f]/.test(bytes)) return bytes
  try {
    return strict.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}

/** The same for something that is only shown: what cannot be decoded becomes a replacement character. */
export const shownText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** UTF-8 passes untouched and is judged a row at a time; other encodings are turned into UTF-8 on the way. */
async function* asUtf8(pieces: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let head: Buffer | undefined = Buffer.alloc(0)
  const text = (bytes: Buffer): string =>
    decoder === undefined ? bytes.toString('latin1') : utf8(decoder.decode(bytes, { stream: true }))
  const begin = (bytes: Buffer): string => {
    const mark = markOf(bytes)
    decoder = decoderFor(mark?.encoding ?? encoding)
    head = undefined
    return text(bytes.subarray(mark?.length ?? 0))
  }
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    if (head === undefined) yield text(bytes)
    else if ((head = Buffer.concat([head, bytes])).length >= 3) yield begin(head)
  }
  if (head !== undefined) yield begin(head)
  if (decoder !== undefined) yield utf8(decoder.decode())
}

/** What could not be decoded stays wrong in UTF-8 too, so that its row is found. */
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1').replaceAll('\xef\xbf\xbd', '\xff')

const decoderFor = (label: string): TextDecoder | undefined => {
  const decoder = new TextDecoder(label, { ignoreBOM: true })
  return decoder.encoding === 'utf-8' ? undefined : decoder
}

function markOf(head: Buffer): { readonly encoding: string; readonly length: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 }
  return undefined
}
