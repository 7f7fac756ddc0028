import { RapportError } from './errors.ts'
import type { Json } from './ports.ts'

/** What the gate refuses; `code` is stable: not-json, not-utf8, duplicate-key, too-deep, unsafe-number, forbidden-key, lone-surrogate. */
export class JsonRefused extends RapportError {}

const MAX_DEPTH = 64
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const refused = (code: string, message: string): never => {
  throw new JsonRefused(code, message)
}

/**
 * Parses JSON as every gate of the house does (HTTP body, JSON line, message value): the grammar is JSON.parse's, and beyond it
 * refused are invalid UTF-8, duplicate keys, depth over 64, integers beyond 2^53 − 1, numbers that are not finite,
 * lone surrogates, and the keys `__proto__`, `constructor`, `prototype`.
 */
export function parseStrict(input: string | Uint8Array): Json {
  const text = typeof input === 'string' ? input : decode(input)
  depthOf(text) // before JSON.parse: a deep text must not cost a deep recursion
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return refused('not-json', 'The text is not JSON.')
  }
  scan(text)
  return value
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return refused('not-utf8', 'The text is not UTF-8.')
  }
}

function depthOf(text: string): void {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) i = endOfString(text, i)
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH) refused('too-deep', `The text is nested deeper than ${MAX_DEPTH}.`)
    } else if (c === 0x5d || c === 0x7d) depth--
  }
}

/** The index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x5c) i++
    else if (c === 0x22) return i
  }
  return i
}

/** The text is JSON here; what is left to find are keys, numbers and surrogates. */
function scan(text: string): void {
  const open: (Set<string> | undefined)[] = []
  let atKey = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) {
      const end = endOfString(text, i)
      const raw = text.slice(i, end + 1)
      const value = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1)
      if (!value.isWellFormed()) refused('lone-surrogate', 'A string holds half of a surrogate pair.')
      if (atKey) {
        const keys = open.at(-1)!
        if (keys.has(value)) refused('duplicate-key', 'An object names the same key twice.')
        if (forbidden.has(value)) refused('forbidden-key', 'An object has a key that is not allowed.')
        keys.add(value)
        atKey = false
      }
      i = end
    } else if (c === 0x7b) {
      open.push(new Set())
      atKey = true
    } else if (c === 0x5b) open.push(undefined)
    else if (c === 0x7d || c === 0x5d) {
      open.pop()
      atKey = false
    } else if (c === 0x2c) atKey = open.at(-1) !== undefined
    else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) {
      const start = i
      while (i + 1 < text.length && '+-.eE0123456789'.includes(text[i + 1]!)) i++
      const literal = text.slice(start, i + 1)
      const number = Number(literal)
      // An exponent or a fraction says that the writer means a double; plain digits mean every one of them.
      if (!Number.isFinite(number) || (/^-?\d+$/.test(literal) && !Number.isSafeInteger(number)))
        refused('unsafe-number', 'A number cannot be kept exactly.')
    }
  }
}
