import type { Doc, Period } from '@rapport/events'
import { turnsOf, type Strip, type Turn } from '../read/turns.ts'

type Docs = readonly (Doc & { readonly id: string })[]

/** The turns agreed with the client that were planned in a period and are due by now: what is ours alone both audiences count alike, not at all. */
export function countedTurns(strips: Docs, kind: Turn['kind'], { from, to, now }: Period): readonly Turn[] {
  return strips.flatMap((strip) =>
    turnsOf(strip as unknown as Strip, { from, to, now }).filter(
      (turn) => turn.kind === kind && turn.audience === 'client' && turn.due <= now,
    ),
  )
}

export const inTime = ({ status }: Turn): boolean => status === 'done'

/** The events behind turns: those that made the plan, and what came or did not come for each. */
export function eventsOf(strips: Docs, turns: readonly Turn[]): readonly string[] {
  if (turns.length === 0) return []
  const plan = strips.flatMap((strip) => (strip as unknown as Strip).plan)
  return [...new Set([...plan, ...turns.flatMap(({ events }) => events)])]
}
