import type { communication as contract } from '@rapport/contracts'
import { silenceDue } from '../communication-plan/slots.ts'

/** A contact, or what a correction can make one. */
export interface Contact {
  /** Its stream. */
  readonly of: string
  /** The event that recorded it. */
  readonly event: string
  readonly at: string
  readonly inbound: boolean
  readonly phone: boolean
  /** The silence after it is recorded. */
  readonly told?: true
}
/** What the silences of an engagement follow: the beginning of its plan, and contacts. */
export interface Contacts {
  readonly plan?: { readonly id: string; readonly told?: true }
  readonly versions: readonly contract.PlanVersion[]
  /** In the order of their instants. */
  readonly contacts: readonly Contact[]
  /** Contacts up to here are known no more, but that no silence was among them. */
  readonly floor: string
}
/** What a silence can follow; without an event it is the beginning of the plan. */
interface Point {
  readonly at: string
  readonly event?: string
  readonly told?: true
}
export interface Silence {
  readonly since: string
  readonly event?: string
  readonly due: string
}

/** How many contacts are kept, so that late facts and corrections find their place among them. */
const KEPT = 50

/** We heard from the client, or spoke with it. */
const twoWay = ({ inbound, phone }: Contact): boolean => inbound || phone

function pointsOf({ plan, versions, contacts }: Contacts): readonly Point[] {
  if (plan === undefined) return []
  const at = versions[0]!.from
  const begun: Point = { at, ...(plan.told && { told: plan.told }) }
  return [begun, ...contacts.filter((contact) => twoWay(contact) && contact.at >= at)]
}

/** The silences that are not recorded, of the past and the one that is running, in their order. */
function silencesOf(known: Contacts): readonly Silence[] {
  const points = pointsOf(known)
  return points.flatMap(({ at, event, told }, n) => {
    const due = told ? undefined : silenceDue(known.versions, at)?.due
    const next = points[n + 1]
    if (due === undefined || (next !== undefined && next.at <= due)) return []
    return [{ since: at, due, ...(event !== undefined && { event }) }]
  })
}

/** The first silence that is not recorded: no contact between it and its due. */
export const firstSilence = (known: Contacts): Silence | undefined => silencesOf(known)[0]

/** After the silence that follows a contact, or the beginning of the plan, was recorded or need not be. */
export const told = <C extends Contacts>(known: C, event: string | undefined): C =>
  event === undefined
    ? { ...known, ...(known.plan && { plan: { ...known.plan, told: true as const } }) }
    : { ...known, contacts: known.contacts.map((c) => (c.event === event ? { ...c, told: true as const } : c)) }

/** After a contact was recorded or corrected, wherever it belongs among the others. */
export function withContact<C extends Contacts>(known: C, contact: Contact): C {
  const others = known.contacts.filter(({ of }) => of !== contact.of)
  if (contact.at <= known.floor) {
    // Of the long past only silences are known: it may end one of them.
    const ended = silencesOf(known).find(({ since, due }) => since <= contact.at && contact.at <= due)
    const without = { ...known, contacts: others }
    return ended !== undefined && twoWay(contact) ? told(without, ended.event) : without
  }
  const later = others.findIndex(({ at }) => at > contact.at)
  return trimmed({ ...known, contacts: others.toSpliced(later < 0 ? others.length : later, 0, contact) })
}

/** Forgets the oldest contacts, but none that a silence follows which is still to be recorded. */
function trimmed<C extends Contacts>(known: C): C {
  if (known.contacts.length <= KEPT) return known
  const open = new Set(silencesOf(known).map(({ event }) => event))
  const last = known.contacts.findLast(twoWay)
  const gone = known.contacts.find((contact) => contact !== last && !open.has(contact.event))
  if (gone === undefined) return known
  const rest = { ...known, floor: gone.at, contacts: known.contacts.filter((contact) => contact !== gone) }
  // What followed the beginning of the plan in time is gone, that it did is not.
  const followed = !open.has(undefined) && pointsOf(known)[1]?.event === gone.event
  return trimmed(followed ? told(rest, undefined) : rest)
}
