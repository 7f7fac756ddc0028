import { parseStored, uuidv8, type Recorded, type StoredEvent } from '@rapport/events'
import { TENANT, type Asked } from './book.ts'

export interface Discrepancy {
  readonly code: string
  readonly words: string
}
type Place = Pick<StoredEvent, 'stream' | 'revision' | 'position' | 'type'>

const ASSIGN = 'when-minutes-hold-an-action-assign-it'

/**
 * Holds what is stored against what was asked and answered. It computes the ids of commands and reactions by itself (contracts.md §1),
 * so that an event that nobody asked for is known as one.
 */
export class Account {
  readonly #asked: ReadonlyMap<string, Asked>
  readonly #stored = new Map<string, Place[]>()
  readonly #effects = new Map<string, number>()
  readonly #revisions = new Map<string, number>()
  readonly #ids = new Set<string>()
  readonly #found: Discrepancy[] = []
  readonly erased = new Set<string>()
  /** Events of imports, which are held against an import that nobody cut. */
  imported = 0
  events = 0
  position = ''

  constructor(asked: ReadonlyMap<string, Asked>) {
    this.#asked = asked
  }

  /** Takes the next events in the store's order. */
  take(events: readonly StoredEvent[]): void {
    for (const stored of events) {
      this.events++
      const { stream, revision, position, id } = stored
      const next = this.#revisions.get(stream) ?? 0
      if (revision !== next || position <= this.position)
        this.#find('order', `${stream} ${revision} stands at ${position}, after ${next - 1} and ${this.position}`)
      this.#revisions.set(stream, revision + 1)
      this.position = position
      if (this.#ids.has(id)) this.#find('doubled', `event ${id} stands twice`)
      this.#ids.add(id)
      this.#file(stored, parseStored(stored))
    }
  }

  /** Events of a command so far. */
  stored(asked: Asked): number {
    return this.#stored.get(asked.commandId)?.length ?? 0
  }

  /** Effects of reactions that are still to come. */
  get outstanding(): number {
    return [...this.#effects.values()].filter((times) => times === 0).length
  }
  get effects(): number {
    return this.#effects.size
  }

  /** Everything that is not as it was asked and answered; `settled`: nothing moves any more, so no effect may be missing. */
  judge(settled: boolean): readonly Discrepancy[] {
    const found = [...this.#found]
    for (const asked of this.#asked.values()) {
      const wrong = wrongWith(asked, this.#stored.get(asked.commandId) ?? [])
      if (wrong !== undefined) found.push(wrong)
    }
    for (const [commandId, times] of this.#effects)
      if (times > 1)
        found.push({ code: 'effect-doubled', words: `command ${commandId} of a reaction has ${times} events` })
      else if (times === 0 && settled)
        found.push({ code: 'effect-missing', words: `command ${commandId} of a reaction left nothing` })
    return found
  }

  #file(stored: StoredEvent, { meta, kind, actor, type, data, streamId }: Recorded): void {
    if (type === 'PersonErased') this.erased.add(streamId)
    if (meta.import !== undefined || kind === 'engagements.import') this.imported++
    else if (this.#asked.has(meta.commandId)) {
      const places = this.#stored.get(meta.commandId) ?? []
      this.#stored.set(meta.commandId, places)
      places.push(stored)
      if (type === 'MinutesRecorded')
        for (const n of (data['actions'] as readonly unknown[]).keys()) this.#effects.set(assignment(stored.id, n), 0)
    } else {
      const times = actor.kind === 'reaction' ? this.#effects.get(meta.commandId) : undefined
      if (times === undefined) this.#find('unasked', `nobody asked for ${type} at ${stored.stream} ${stored.revision}`)
      else this.#effects.set(meta.commandId, times + 1)
    }
  }

  #find(code: string, words: string): void {
    this.#found.push({ code, words })
  }
}

const assignment = (event: string, n: number): string =>
  uuidv8('command', TENANT, `reaction:${ASSIGN}`, 'communication.action-item', '', 'assign', `${event}/${n}`)

/** What is wrong with the events of one command. */
function wrongWith(asked: Asked, places: readonly Place[]): Discrepancy | undefined {
  const { commandId, command, standing, answer } = asked
  const wrong = (code: string, words: string): Discrepancy => ({
    code,
    words: `command ${commandId} (${command.stream}/${command.decision}, ${standing}) ${words}`,
  })
  const last = places.at(-1)
  if (last === undefined) return standing === 'acknowledged' ? wrong('lost', 'left nothing') : undefined
  if (standing === 'unsent' || standing === 'refused') return wrong('unasked', 'is stored all the same')
  const types = places.map(({ type }) => type).join(' ')
  if (places.length > command.types.length) return wrong('doubled', `is stored as ${types}`)
  if (places.length < command.types.length) return wrong('half-done', `is stored as ${types}`)
  if (types !== command.types.join(' ')) return wrong('differs', `is stored as ${types}`)
  if (places.some(({ stream, revision }, n) => stream !== last.stream || revision !== places[0]!.revision + n))
    return wrong('half-done', 'is scattered')
  if (command.id !== undefined && last.stream !== `${command.stream}-${TENANT}~${command.id}`)
    return wrong('differs', `is stored in ${last.stream}`)
  if (answer === undefined) return undefined
  const { id, revision, position, events } = answer
  const told = JSON.stringify([`${command.stream}-${TENANT}~${id}`, revision, position, events])
  const stands = JSON.stringify([last.stream, String(last.revision), last.position, places.length])
  return told === stands ? undefined : wrong('differs', `was answered as ${told} and stands as ${stands}`)
}
