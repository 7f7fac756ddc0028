import type { AnyDecision } from '@rapport/events'
import { bodyOf } from '@rapport/testing'
import fc from 'fast-check'

export type Body = Readonly<Record<string, unknown>>

/** Bodies that fit the schema of a route, always the same for a seed; where one refers to another stream it says `own:<kind>`. */
export function fitting(decisions: ReadonlyMap<string, AnyDecision>, seed: number): (route: string) => Body {
  const bodies = new Map<string, Body[]>()
  let chunk = 0
  return (route) => {
    const waiting = bodies.get(route) ?? []
    if (waiting.length === 0) {
      const arbitrary = bodyOf(decisions.get(route)!.command, (kind) => fc.constant(`own:${kind}`))
      waiting.push(...fc.sample(arbitrary, { seed: seed + ++chunk * 7919, numRuns: 40 }))
      bodies.set(route, waiting)
    }
    return waiting.pop()!
  }
}

/** A value with ids in the place of its references. */
export function resolved(value: unknown, own: (kind: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, own))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, own)]))
  return typeof value === 'string' && value.startsWith('own:') ? own(value.slice(4)) : value
}
