import {
  HOUSE,
  heardName,
  keep,
  messagesOf,
  RapportError,
  START,
  type DeadLetter,
  type Doc,
  type EventStore,
  type Json,
  type Message,
  type Ops,
  type Position,
  type Reaction,
  type StoredEvent,
} from '@rapport/events'
import { registry } from '../house.ts'
import type { Line } from './lines.ts'

/**
 * What becomes of each name in Ops when a store moves. Positions are those of one store: what is nothing but such a place is left and
 * begins anew, what a place belongs to is moved and finds its new one. A name that is not here is refused: somebody has to decide.
 */
const names: Readonly<Record<string, 'offset' | 'letter' | 'as it is' | 'left'>> = {
  /** How far a reaction has heard: named by the last event. */
  'messages/': 'offset',
  /** What could not be handled, and what was given up; their names hold a position. */
  'dead-letter/': 'letter',
  'dropped/': 'letter',
  /** What reactions asked for and a decision refused. */
  'refused/': 'as it is',
  /** That the demo was made. */
  demo: 'as it is',
  /** A relay begins at the first event: what it tells again has the ids that it had. */
  'relay/': 'left',
  /** Read models are built anew. */
  'read-model/': 'left',
  'read-model-begun/': 'left',
  /** Every erasure is carried out again: its key is destroyed already. */
  erasures: 'left',
  /** The header says which store it is. */
  store: 'left',
  /** By which a deployment on the servers knows its event store again. */
  'first-event': 'left',
  /** Of an earlier move. */
  move: 'left',
  'heard/': 'left',
}

/** How far a group of consumers has come. */
interface Offset {
  readonly group: string
  readonly position: Position
  readonly handled: number
}
type Entry = { readonly name: string; readonly value: Json }

/** What moves of Ops, as it stood at one time. */
export interface KeptOps {
  readonly offsets: readonly Offset[]
  readonly letters: readonly Entry[]
  readonly rest: readonly Entry[]
}

/**
 * Reads what moves, before the events' head is asked: then no place in it lies beyond. Offsets first, because a letter is durable before
 * its offset moves; letters before what was given up, because that is kept before its letter goes.
 */
export async function readOps(ops: Ops): Promise<KeptOps> {
  const offsets = (await ops.list(HOUSE, 'messages/')).map(({ name, value }) => {
    const { position, handled } = value as { readonly position: Position; readonly handled: number }
    return { group: name.slice('messages/'.length), position, handled }
  })
  const letters = [...(await ops.list(HOUSE, 'dead-letter/')), ...(await ops.list(HOUSE, 'dropped/'))]
  const rest: Entry[] = []
  for (const { name, value } of await ops.list(HOUSE, '')) {
    const what = Object.entries(names).find(([key]) => (key.endsWith('/') ? name.startsWith(key) : name === key))?.[1]
    if (what === undefined)
      throw new RapportError('ops-unknown', `Nobody has said what becomes of ${name} when a store moves.`, { name })
    if (what === 'as it is') rest.push({ name, value })
  }
  return { offsets, letters: letters.map(({ name, value }) => ({ name, value })), rest }
}

/** Follows the events that are written, and says of each offset which was the last that it covers. */
export class Places {
  readonly #offsets: readonly Offset[]
  readonly #last = new Map<string, { readonly stream: string; readonly revision: number }>()

  constructor(offsets: readonly Offset[]) {
    this.#offsets = offsets
  }

  passed({ stream, revision, position }: StoredEvent): void {
    for (const offset of this.#offsets)
      if (position <= offset.position) this.#last.set(offset.group, { stream, revision })
  }

  lines(): readonly Line[] {
    return this.#offsets.map(({ group, handled }) => {
      const last = this.#last.get(group)
      return { offset: { group, handled, ...(last && { last: { ...last } }) } }
    })
  }
}

export const lineOfLetter = ({ name, value }: Entry): Line => ({ letter: { name, value } })
export const lineOfEntry = ({ name, value }: Entry): Line => ({ ops: { name, value } })

/** Where moved entries go. */
export interface OpsTarget {
  readonly events: Pick<EventStore, 'read' | 'head'>
  readonly ops: Ops
  /** ce_source of what is told from now on. */
  readonly source: string
  /** `store`: reactions hear the store itself and go on at their offsets; `broker`: a relay tells everything again. */
  readonly heard: 'store' | 'broker'
}

/** Takes one line of Ops over, with the places of this store; again changes nothing. */
export async function adoptOps(target: OpsTarget, line: Line): Promise<void> {
  const { offset, letter, ops } = line as {
    readonly offset?: { group: string; handled: number; last?: { stream: string; revision: number } }
    readonly letter?: { name: string; value: Json }
    readonly ops?: { name: string; value: Json }
  }
  if (ops !== undefined) return keep(target.ops, ops.name, ops.value)
  if (letter !== undefined) return adoptLetter(target, letter.name, letter.value as unknown as DeadLetter)
  if (offset === undefined) throw new RapportError('export-damaged', 'A line of the export is none of ours.')
  const { group, handled, last } = offset
  const position = last === undefined ? START : (await eventAt(target.events, last.stream, last.revision)).position
  if (target.heard === 'store') return keep(target.ops, `messages/${group}`, { position, handled })
  const [, reaction] = /^reaction:(.+)$/.exec(group) ?? []
  if (reaction !== undefined) await keep(target.ops, heardName(reaction), { position })
}

/** A reaction that begins with its deployment, and was not deployed where the store comes from, does not begin before the move. */
export async function silence(
  { events, ops, heard }: OpsTarget,
  reactions: readonly Pick<Reaction, 'name' | 'from'>[] = registry.contexts.flatMap((context) => context.reactions),
): Promise<void> {
  if (heard === 'store') return
  const position = await events.head([])
  for (const { name, from } of reactions)
    if (from === 'deployment' && position !== START) await keep(ops, heardName(name), { position })
}

/** A letter lies by the position of its event; the message is made anew, as it will be told from here. */
async function adoptLetter({ events, ops, source }: OpsTarget, name: string, letter: DeadLetter): Promise<void> {
  const [, kind, place, event] = /^([^/]+)\/([^/]+\/[^/]+)\/[^/]+\/([^/]+)$/.exec(name) ?? []
  // A message that was none of ours has no event, and no position.
  if (event === undefined) return keep(ops, name, letter as unknown as Doc)
  const { stream, key, value } = letter.message
  const { tenant, revision } = JSON.parse(value) as { readonly tenant: string; readonly revision: string }
  const stored = await eventAt(events, `${stream}-${tenant}~${key}`, Number(revision))
  const message: Message =
    messagesOf(registry, stored, source).find(({ headers }) => headers['ce_id'] === event) ?? letter.message
  await keep(ops, `${kind}/${place}/${stored.position}/${event}`, { ...letter, message } as unknown as Doc)
}

async function eventAt(events: Pick<EventStore, 'read'>, stream: string, revision: number): Promise<StoredEvent> {
  const [found] = await events.read(stream, { from: revision, limit: 1 })
  if (found === undefined)
    throw new RapportError('export-damaged', `The export names an event that it does not hold: ${stream} ${revision}.`)
  return found
}
