import { JsonRefused, parseStrict, uuidPattern, type Message } from '@rapport/events'
import type { IHeaders, KafkaMessage } from 'kafkajs'

/** A record that is no message of ours: a tombstone, another producer's, or one that no gate of the house lets pass. */
export interface Foreign {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /** no-value, no-key, invalid-key, no-headers, invalid-header, or what {@link parseStrict} refuses the value for. */
  readonly reason: string
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** CloudEvents 1.0, binary mode: the attributes are headers in UTF-8, the data is the value. */
export const encode = ({ key, headers, value }: Message): { key: string; headers: IHeaders; value: string } => ({
  key,
  headers: { ...headers },
  value,
})

/** Bytes of a record: what it says, and a generous share of what frames it. */
export const sizeOf = ({ key, headers, value }: Message): number =>
  Object.entries(headers).reduce(
    (sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text) + 10,
    Buffer.byteLength(key) + Buffer.byteLength(value) + 100,
  )

/** Why nobody would take this for a message of ours, or undefined where everybody does. */
export function objectionTo({ key, headers, value }: Message): string | undefined {
  if (!uuidPattern.test(key)) return 'invalid-key'
  if (!headers['ce_id'] || !headers['ce_type']) return 'no-headers'
  for (const [name, text] of Object.entries(headers))
    if (forbidden.has(name) || !name.isWellFormed() || !text.isWellFormed()) return 'invalid-header'
  try {
    const read = parseStrict(value)
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return 'not-an-object'
  } catch (error) {
    if (error instanceof JsonRefused) return error.code
    throw error
  }
  return undefined
}

/** The message that a record holds, or why it holds none. */
export function decode(stream: string, record: Pick<KafkaMessage, 'key' | 'headers' | 'value'>): Message | string {
  if (record.value === null) return 'no-value'
  if (record.key === null) return 'no-key'
  const key = textOf(record.key)
  if (key === undefined) return 'invalid-key'
  const value = textOf(record.value)
  if (value === undefined) return 'not-utf8'
  const headers: [string, string][] = []
  for (const [name, given] of Object.entries(record.headers ?? {})) {
    // A header that came twice is a list.
    const text = Buffer.isBuffer(given) ? textOf(given) : undefined
    if (text === undefined) return 'invalid-header'
    headers.push([name, text])
  }
  const message = { stream, key, headers: Object.fromEntries(headers), value }
  return objectionTo(message) ?? message
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
