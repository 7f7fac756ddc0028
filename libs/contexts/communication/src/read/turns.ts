import type { communication as contract } from '@rapport/contracts'
import { slotsAfter, type PlannedSlot } from '../communication-plan/slots.ts'

/** Something that came for a turn of a cadence: a meeting, a report or a call. */
export interface Act {
  /** Its stream. */
  readonly of: string
  readonly kind: contract.Cadence['kind']
  /** Of a call what the plan makes of its instant. */
  readonly cadence?: string | undefined
  readonly slot?: string | undefined
  readonly status: 'scheduled' | 'cancelled' | 'drafted' | 'done'
  /** When it was held, issued or made. */
  readonly at?: string
  /** When it is to start. */
  readonly startsAt?: string
  readonly events: readonly string[]
}
/** What the clock recorded of a turn. */
export interface Judged {
  readonly cadence: string
  readonly slot: string
  readonly event: string
}
/** An engagement's plan and everything that came for its turns. */
export interface Strip {
  readonly versions: readonly contract.PlanVersion[]
  /** The events that made each version. */
  readonly plan: readonly string[]
  readonly acts: readonly Act[]
  readonly judged: readonly Judged[]
  readonly closed?: string
}

export type TurnStatus = 'done' | 'late' | 'scheduled' | 'drafted' | 'missed' | 'cancelled' | 'planned'
/** A turn of a cadence as it stands at a moment. */
export interface Turn {
  readonly cadence: string
  readonly kind: contract.Cadence['kind']
  readonly audience: contract.Cadence['audience']
  readonly slot: string
  readonly plannedAt: string
  readonly due: string
  readonly status: TurnStatus
  /** When it was held, issued or made. */
  readonly at?: string
  /** The meeting, report or call that it is. */
  readonly of?: string
  readonly startsAt?: string
  readonly events: readonly string[]
}

/** The turns that are planned from an instant up to, not including, another, as they stand at a moment; later acts count for nothing. */
export function turnsOf(
  { versions, acts, judged, closed }: Strip,
  { from, to, now }: { readonly from: string; readonly to: string; readonly now: string },
): readonly Turn[] {
  const names = new Set(versions.flatMap(({ cadences }) => cadences.map(({ name }) => name)))
  const turns: Turn[] = []
  for (const cadence of names)
    // Just before the period: what is planned at its first instant belongs to it.
    for (const slot of slotsAfter(versions, cadence, before(from))) {
      if (slot.plannedAt >= to) break
      if (closed !== undefined && slot.due > closed) break
      const mine = acts.filter((act) => act.cadence === cadence && act.slot === slot.name)
      const called = slot.terms.kind === 'call' ? callsIn(slot, acts) : []
      const recorded = judged.filter((j) => j.cadence === cadence && j.slot === slot.name)
      turns.push(turnOf(cadence, slot, [...mine, ...called], recorded, now))
    }
  return turns.sort((a, b) => (a.plannedAt < b.plannedAt ? -1 : a.plannedAt > b.plannedAt ? 1 : 0))
}

const before = (instant: string): string =>
  instant === ''
    ? ''
    : new Temporal.Instant(Temporal.Instant.from(instant).epochNanoseconds - 1_000_000n).toString({
        fractionalSecondDigits: 3,
      })

const callsIn = ({ start, end }: PlannedSlot, acts: readonly Act[]): readonly Act[] =>
  acts.filter(({ kind, at = '' }) => kind === 'call' && at >= start && at < end)

function turnOf(
  cadence: string,
  slot: PlannedSlot,
  acts: readonly Act[],
  judged: readonly Judged[],
  now: string,
): Turn {
  const done = acts
    .filter(({ status, at }) => status === 'done' && at! <= now)
    .toSorted((a, b) => (a.at! < b.at! ? -1 : 1))[0]
  const open = acts.find(({ status, startsAt = '' }) => status === 'scheduled' && (startsAt > now || slot.due > now))
  const overdue = judged.length > 0 || slot.due <= now
  const drafted = acts.find(({ status }) => status === 'drafted')
  const cancelled = acts.find(({ status }) => status === 'cancelled')
  const [status, act] =
    done !== undefined
      ? ([done.at! <= slot.due ? 'done' : 'late', done] as const)
      : open !== undefined
        ? (['scheduled', open] as const)
        : cancelled !== undefined && !acts.some((a) => a.status === 'scheduled')
          ? (['cancelled', cancelled] as const)
          : overdue
            ? (['missed', acts.find((a) => a.status === 'scheduled') ?? drafted] as const)
            : drafted !== undefined
              ? (['drafted', drafted] as const)
              : (['planned', undefined] as const)
  return {
    cadence,
    kind: slot.terms.kind,
    audience: slot.terms.audience,
    slot: slot.name,
    plannedAt: slot.plannedAt,
    due: slot.due,
    status,
    ...(act?.at !== undefined && { at: act.at }),
    ...(act !== undefined && { of: act.of }),
    ...(act?.startsAt !== undefined && { startsAt: act.startsAt }),
    events: [...(act?.events ?? []), ...judged.map(({ event }) => event)],
  }
}
