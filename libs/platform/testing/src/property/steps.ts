import { randomUUID } from 'node:crypto'
import type { Expected, NewEvent } from '@rapport/events'
import fc from 'fast-check'

/** What a writer tries: on one of three streams, at its head or a few revisions beside it. */
export interface Try {
  readonly stream: number
  readonly size: number
  /** 0: at the head; otherwise so many revisions beside it. */
  readonly off: number
  /** Repeats the n-th attempt before it (modulo their number) instead. */
  readonly repeat: number | undefined
  readonly flaw: 'empty' | 'twice' | 'type' | undefined
}
export type Step =
  | { readonly do: 'append'; readonly tries: readonly Try[] }
  | { readonly do: 'read'; readonly stream: number; readonly from: number; readonly limit: number }
  | { readonly do: 'follow'; readonly from: number; readonly kinds: readonly number[] }
  | { readonly do: 'reopen' }

const aTry = fc.record<Try>({
  stream: fc.nat({ max: 2 }),
  size: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.constant(60) }),
  off: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -4, max: 3 }) }),
  repeat: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
  flaw: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('empty' as const, 'twice' as const, 'type' as const) },
  ),
})

/** A story of a store: mostly appends, alone or several at once, and questions about what stands. */
export const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        tries: fc.array(aTry, { minLength: 1, maxLength: 1 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        tries: fc.array(aTry, { minLength: 2, maxLength: 8 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('read' as const),
        stream: fc.nat({ max: 3 }),
        from: fc.nat({ max: 12 }),
        limit: fc.integer({ min: 1, max: 12 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('follow' as const),
        from: fc.nat(),
        kinds: fc.subarray([0, 1, 2, 3], { minLength: 1 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  ),
  { minLength: 1, maxLength: 25 },
)

export interface Attempt {
  readonly stream: string
  readonly events: readonly NewEvent[]
  readonly expected: Expected
}

/** The attempt that a try stands for, given the head of its stream and the attempts before it. */
export function attemptOf(one: Try, stream: string, head: number, before: readonly Attempt[]): Attempt {
  if (one.repeat !== undefined && before.length > 0) return before[one.repeat % before.length]!
  const at = head + one.off
  const events = Array.from({ length: one.size }, (_, n) => ({
    id: randomUUID(),
    type: 'Happened',
    metadata: '{}',
    data: JSON.stringify({ n, text: 'é😀\u0000' }),
  }))
  if (one.flaw === 'empty') events.length = 0
  if (one.flaw === 'twice') events.push(events[0]!)
  if (one.flaw === 'type') events.push({ ...events[0]!, id: randomUUID(), type: 'no type' })
  return { stream, events, expected: at < 0 ? 'none' : at }
}
