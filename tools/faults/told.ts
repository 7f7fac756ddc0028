import type { Message } from '@rapport/events'

/**
 * Holds what was read from the topics, in their order, against what the store's events tell: each at least once, a repeat is the same
 * message, and of every key the first ones stand in the order of the events. `planted`: ids of messages that nobody stored.
 */
export function holdTold(
  read: readonly Message[],
  wanted: readonly Message[],
  planted: ReadonlySet<string> = new Set(),
): { readonly repeats: number; readonly problems: readonly string[] } {
  const problems: string[] = []
  const first = new Map<string, Message>()
  let repeats = 0
  for (const message of read) {
    const id = idOf(message)
    if (planted.has(id)) continue
    const before = first.get(id)
    if (before === undefined) first.set(id, message)
    else {
      repeats++
      if (textOf(before) !== textOf(message)) problems.push(`Two messages with the id ${id} differ.`)
    }
  }
  const expected = new Map(wanted.map((message) => [idOf(message), message]))
  for (const [id, message] of expected) {
    const got = first.get(id)
    if (got === undefined) problems.push(`The event ${id} of ${message.stream} is on no topic.`)
    else if (textOf(got) !== textOf(message)) problems.push(`The message ${id} says something else than its event.`)
  }
  for (const [id, { stream }] of first) if (!expected.has(id)) problems.push(`Nobody stored ${id}, told on ${stream}.`)
  const ordered = idsByKey([...first.values()].filter((message) => expected.has(idOf(message))))
  const stored = idsByKey(wanted.filter((message) => first.has(idOf(message))))
  for (const [key, ids] of stored)
    if (ids.join() !== ordered.get(key)?.join()) problems.push(`The messages of ${key} are in another order.`)
  return { repeats, problems }
}

const idOf = ({ headers }: Message): string => headers['ce_id']!
const textOf = ({ stream, key, headers, value }: Message): string =>
  JSON.stringify([stream, key, Object.entries(headers).sort(), value])

function idsByKey(messages: readonly Message[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>()
  for (const message of messages) {
    const key = `${message.stream}/${message.key}`
    const ids = keys.get(key)
    if (ids === undefined) keys.set(key, [idOf(message)])
    else ids.push(idOf(message))
  }
  return keys
}
