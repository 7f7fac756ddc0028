import type { communication as contract } from '@rapport/contracts'
import { slotHolding, slotNamed, slotsAfter, type PlannedSlot } from '../communication-plan/slots.ts'

type Versions = readonly contract.PlanVersion[]

/** Something that takes a turn: a meeting, a report or a call. */
export interface Cover {
  /** Its stream. */
  readonly of: string
  readonly from: string
  /** When it was cancelled. */
  readonly until?: string
  /** It can be cancelled no more. */
  readonly final?: true
}
interface Kept {
  readonly slot: string
  readonly covers: readonly Cover[]
  readonly judged?: true
}
/**
 * What is known of the turns of a cadence: up to `after` all are settled; of those planned later, which may be any number, only what came
 * for them is kept. A turn is settled once it was judged or something took it for good, so what is kept does not grow with the past.
 */
export interface Rhythm {
  readonly cadence: string
  /** When the last settled turn was planned; '' where none is. */
  readonly after: string
  readonly kept: readonly Kept[]
}

/** A turn is taken by what stood for it at its due instant, whatever became of it afterwards. */
const takes = ({ from, until }: Cover, due: string): boolean => from <= due && (until === undefined || until > due)
/** Whether it stays so, whatever comes. */
const takesForGood = (cover: Cover, due: string): boolean =>
  takes(cover, due) && (cover.final === true || cover.until !== undefined)

/** The first turn that nothing takes. */
export function openSlot(versions: Versions, { cadence, after, kept }: Rhythm): PlannedSlot | undefined {
  for (const slot of slotsAfter(versions, cadence, after)) {
    const known = kept.find((k) => k.slot === slot.name)
    if (known === undefined) return slot
    if (known.judged !== true && !known.covers.some((cover) => takes(cover, slot.due))) return slot
  }
  return undefined
}

/** The rhythm without the turns at its front that are settled. */
export function settled(versions: Versions, rhythm: Rhythm): Rhythm {
  let { after, kept } = rhythm
  for (const slot of slotsAfter(versions, rhythm.cadence, after)) {
    const known = kept.find((k) => k.slot === slot.name)
    if (known === undefined) break
    // A call may be corrected until the next one.
    const passed = slot.terms.kind === 'call' && kept.length > 1
    const taken = known.covers.some((cover) => (passed ? takes : takesForGood)(cover, slot.due))
    if (known.judged !== true && !taken) break
    after = slot.plannedAt
    kept = kept.filter((k) => k !== known)
  }
  return { ...rhythm, after, kept }
}

/** The rhythm after a turn of it was judged. */
export const answered = (versions: Versions, rhythm: Rhythm, slot: string): Rhythm =>
  slotOf(versions, rhythm, slot) === undefined ? rhythm : put(rhythm, slot, () => ({ slot, covers: [], judged: true }))

/**
 * The rhythm after something came for a turn: the one that it names, the one that holds an instant, or the one it came for before. What came
 * for it before keeps its beginning.
 */
export function withCover(
  versions: Versions,
  rhythm: Rhythm,
  turn: string | { readonly at: string } | undefined,
  cover: Cover,
): Rhythm {
  const before = rhythm.kept.find(({ covers }) => covers.some(({ of }) => of === cover.of))
  const name = before?.slot ?? (typeof turn === 'object' ? callAt(versions, rhythm, turn.at) : turn)
  if (name === undefined || slotOf(versions, rhythm, name) === undefined) return rhythm
  return put(rhythm, name, (kept) => {
    const { from = cover.from } = kept.covers.find(({ of }) => of === cover.of) ?? {}
    return { ...kept, covers: [...kept.covers.filter(({ of }) => of !== cover.of), { ...cover, from }] }
  })
}

/** The rhythm without what a stream took, and whether it took anything. */
export function withoutCover(rhythm: Rhythm, of: string): readonly [Rhythm, boolean] {
  const known = rhythm.kept.find(({ covers }) => covers.some((cover) => cover.of === of))
  if (known === undefined) return [rhythm, false]
  const covers = known.covers.filter((cover) => cover.of !== of)
  const others = rhythm.kept.filter((k) => k !== known)
  return [
    { ...rhythm, kept: covers.length === 0 && known.judged !== true ? others : [...others, { ...known, covers }] },
    true,
  ]
}

/** The turn of a call in whose period an instant is. */
function callAt(versions: Versions, { cadence }: Rhythm, at: string): string | undefined {
  const slot = slotHolding(versions, cadence, at)
  return slot?.terms.kind === 'call' ? slot.name : undefined
}

/** A turn that is not settled yet. */
function slotOf(versions: Versions, { cadence, after }: Rhythm, name: string): PlannedSlot | undefined {
  const slot = slotNamed(versions, cadence, name)
  return slot !== undefined && slot.plannedAt > after ? slot : undefined
}

function put(rhythm: Rhythm, slot: string, change: (kept: Kept) => Kept): Rhythm {
  const known = rhythm.kept.find((k) => k.slot === slot)
  return { ...rhythm, kept: [...rhythm.kept.filter((k) => k !== known), change(known ?? { slot, covers: [] })] }
}
