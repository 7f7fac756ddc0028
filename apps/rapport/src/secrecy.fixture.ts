import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'

/** Numbers from 0 up to 1, always the same for a seed. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Pieces of 30 characters of some texts, at random places. */
export function piecesOf(texts: readonly string[], count: number, next: () => number): readonly string[] {
  return Array.from({ length: count }, () => {
    const text = texts[Math.floor(next() * texts.length)]!
    const at = Math.floor(next() * (text.length - 29))
    return text.slice(at, at + 30)
  })
}

/** As it is, and as a JSON text would hold it. */
export const spellings = (text: string): readonly string[] => [...new Set([text, JSON.stringify(text).slice(1, -1)])]

/** Every secret (with what it is) that stands in one of the files of some folders, with the file; the folders have at least so many files. */
export function foundIn(
  dirs: readonly string[],
  atLeast: number,
  secrets: ReadonlyMap<string, string>,
): readonly string[] {
  const files = dirs.flatMap((dir) => globSync(join(dir, '**/*')).filter((path) => statSync(path).isFile()))
  expect(files.length).toBeGreaterThanOrEqual(atLeast)
  const needles = [...secrets.keys()].flatMap((text) =>
    spellings(text).map((spelling) => [text, Buffer.from(spelling)] as const),
  )
  const search = searchFor(needles.map(([, needle]) => needle))
  return files.flatMap((path) => {
    const found = new Set(search(readFileSync(path)).map((n) => needles[n]![0]))
    return [...found].map((text) => `${path}: ${secrets.get(text)}: ${text}`)
  })
}

/** Looks for many texts in one pass over the bytes; answers the numbers of those that are there. */
function searchFor(needles: readonly Buffer[]): (bytes: Buffer) => readonly number[] {
  const byStart = new Map<number, number[]>()
  const mayStart = new Uint8Array(1 << 16)
  for (const [n, needle] of needles.entries()) {
    const start = needle.readUInt16BE(0)
    mayStart[start] = 1
    byStart.set(start, [...(byStart.get(start) ?? []), n])
  }
  return (bytes) => {
    const found = new Set<number>()
    for (let at = 0, start = 0; at < bytes.length; at++) {
      start = ((start << 8) | bytes[at]!) & 0xffff
      if (mayStart[start] === 1)
        for (const n of byStart.get(start)!) {
          const needle = needles[n]!
          // The third byte decides most of the time.
          if (bytes[at + 1] === needle[2] && bytes.subarray(at - 1, at - 1 + needle.length).equals(needle)) found.add(n)
        }
    }
    return [...found]
  }
}
