import {
  addCalendarDays,
  cadence,
  type Cadence as Rhythm,
  type CadenceDefinition,
  type Slot,
} from '@rapport/business-time'
import type { communication as contract } from '@rapport/contracts'
import { dayStart, instantText } from '@rapport/events'

type Versions = readonly contract.PlanVersion[]

/** A slot of a cadence, with the terms under which it was planned. */
export interface PlannedSlot {
  readonly name: string
  readonly terms: contract.Cadence
  readonly start: string
  readonly end: string
  readonly plannedAt: string
  readonly due: string
}

/** A cadence of a plan as business time takes it. */
export const definitionOf = (terms: contract.Cadence, zone: string): CadenceDefinition => {
  const { unit, n } = terms.every
  const on = unit === 'weeks' ? terms.weekday : unit === 'months' ? terms.day : undefined
  const { at, from, toleranceDays } = terms
  // What does not go together is for `cadenceProblem` to say.
  return {
    zone,
    every: { [unit]: n },
    ...(on !== undefined && { on }),
    at,
    from,
    tolerance: { days: toleranceDays },
  } as CadenceDefinition
}

interface Turn {
  readonly rhythm: Rhythm
  readonly terms: contract.Cadence
  readonly zone: string
  readonly from: string
  /** '' where nothing came after. */
  readonly to: string
}

/** What each version made of a cadence, in order. */
function turnsOf(versions: Versions, name: string): readonly Turn[] {
  return versions.flatMap(({ zone, cadences, from }, n) => {
    const terms = cadences.find((c) => c.name === name)
    return terms === undefined
      ? []
      : [{ rhythm: cadence(definitionOf(terms, zone)), terms, zone, from, to: versions[n + 1]?.from ?? '' }]
  })
}

const textOf = ({ name, start, end, at, due }: Slot, terms: contract.Cadence): PlannedSlot => ({
  name,
  terms,
  start: instantText(start),
  end: instantText(end),
  plannedAt: instantText(at),
  due: instantText(due),
})

/** A slot is of the version in force at its planned instant; one that an earlier version has under the same name is that one's. */
function owned(turns: readonly Turn[], n: number, slot: Slot | undefined): PlannedSlot | undefined {
  if (slot === undefined || !inForce(turns[n]!, slot)) return undefined
  for (const turn of turns.slice(0, n)) {
    const same = turn.rhythm.slotNamed(slot.name)
    if (same !== undefined && inForce(turn, same)) return undefined
  }
  return textOf(slot, turns[n]!.terms)
}

function inForce({ from, to }: Turn, { at }: Slot): boolean {
  const planned = instantText(at)
  return from <= planned && (to === '' || planned < to)
}

const found = (turns: readonly Turn[], slotIn: (rhythm: Rhythm) => Slot | undefined): PlannedSlot | undefined => {
  for (const [n, { rhythm }] of turns.entries()) {
    const slot = owned(turns, n, slotIn(rhythm))
    if (slot !== undefined) return slot
  }
  return undefined
}

/** The slot of a name; undefined where the plan never had it. */
export const slotNamed = (versions: Versions, cadenceName: string, slot: string): PlannedSlot | undefined =>
  found(turnsOf(versions, cadenceName), (rhythm) => rhythm.slotNamed(slot))

/** The slot whose period holds an instant. */
export const slotHolding = (versions: Versions, cadenceName: string, instant: string): PlannedSlot | undefined =>
  found(turnsOf(versions, cadenceName), (rhythm) => rhythm.slotOf(Temporal.Instant.from(instant)))

/** The slots that are planned after an instant ('' for all), up to the end of time, which is that of 2199. */
export function* slotsAfter(versions: Versions, cadenceName: string, after: string): Generator<PlannedSlot> {
  const turns = turnsOf(versions, cadenceName)
  for (const [n, turn] of turns.entries()) {
    if (turn.to !== '' && turn.to <= after) continue
    for (let slot = firstFrom(turn, after); slot !== undefined; slot = turn.rhythm.slotOf(slot.end)) {
      if (turn.to !== '' && instantText(slot.at) >= turn.to) break
      const planned = owned(turns, n, slot)
      if (planned !== undefined && planned.plannedAt > after) yield planned
    }
  }
}

/** The slot that holds the instant from which a version's slots count, else its first. */
function firstFrom({ rhythm, terms, zone, from }: Turn, after: string): Slot | undefined {
  const since = Temporal.Instant.from(after > from ? after : from)
  const first = Temporal.Instant.from(dayStart(terms.from, zone))
  // The first slot begins no later than the month after its first day.
  return rhythm.slotOf(since) ?? rhythm.slots(first, first.add({ hours: 24 * 40 }))[0]
}

/** When a silence since an instant passes the limit, as the versions in force by then say; undefined for never. */
export function silenceDue(
  versions: Versions,
  since: string,
): { readonly due: string; readonly limitDays: number } | undefined {
  for (const [n, { silenceLimitDays: limitDays, zone, from }] of versions.entries()) {
    if (limitDays === undefined) continue
    const reached = instantText(addCalendarDays(zone, Temporal.Instant.from(since), limitDays))
    // A limit that a silence has passed already is reached when it comes into force.
    const due = reached > from ? reached : from
    const next = versions[n + 1]
    if (next === undefined || due < next.from) return { due, limitDays }
  }
  return undefined
}
