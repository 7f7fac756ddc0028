import { createHash } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { Conflict, limits, parseStreamName, RapportError, type NewEvent, type StoredEvent } from '@rapport/events'
import type { Ports } from '../house.ts'
import { eventsTo } from './export.ts'

/** A stored event without its place, which is another one in each store. */
export type Exported = Omit<StoredEvent, 'position'>

interface Options {
  readonly onEvents?: (events: number) => void
  readonly signal: AbortSignal
}

const afterAppend = channel('rapport.crash.inside-move')

/** The events on their way: what stands already is compared, what is missing is appended. */
export class Arriving {
  readonly #ports: Ports
  readonly #options: Options
  readonly #digest = createHash('sha256')
  readonly #checked = new Set<string>()
  #standing: AsyncIterator<StoredEvent> | undefined
  #begun = false
  count = 0

  constructor(ports: Ports, options: Options) {
    this.#ports = ports
    this.#options = options
  }

  async take(events: readonly Exported[]): Promise<void> {
    if (!this.#begun) {
      const { events: store } = this.#ports
      this.#standing = eventsTo(store, await store.head([]), this.#options.signal)
      this.#begun = true
    }
    let batch: Exported[] = []
    for (const event of events) {
      await this.#keysOf(event)
      this.#digest.update(identity(event))
      this.count++
      if (await this.#stands(event)) continue
      const last = batch.at(-1)
      if (last !== undefined && (last.stream !== event.stream || batch.length === limits.batch)) {
        await this.#append(batch)
        batch = []
      }
      batch.push(event)
    }
    if (batch.length > 0) await this.#append(batch)
    this.#options.onEvents?.(this.count)
  }

  /** Lets go of what it was reading. */
  async end(): Promise<void> {
    await this.#standing?.return?.()
  }

  /** Reads the target once more: it holds what was exported, in that order, and nothing else. */
  async compare(): Promise<void> {
    const { events } = this.#ports
    const digest = createHash('sha256')
    for await (const stored of eventsTo(events, await events.head([]), this.#options.signal))
      digest.update(identity(stored))
    if (digest.digest('hex') !== this.#digest.digest('hex')) throw changed()
  }

  /** Whether it was stored by an earlier attempt: those are the first of the export, in the same order. */
  async #stands(event: Exported): Promise<boolean> {
    const next = await this.#standing?.next()
    if (next === undefined || next.done === true) {
      this.#standing = undefined
      return false
    }
    if (identity(next.value) !== identity(event)) throw changed()
    return true
  }

  async #append(batch: readonly Exported[]): Promise<void> {
    this.#options.signal.throwIfAborted()
    const { stream, revision } = batch[0]!
    const events = batch.map(({ id, type, metadata, data, recordedAt }): NewEvent => ({
      id,
      type,
      metadata,
      data,
      recordedAt,
    }))
    try {
      await this.#ports.events.append(stream, events, revision === 0 ? 'none' : revision - 1)
    } catch (error) {
      throw error instanceof Conflict ? changed() : error
    }
    afterAppend.publish({})
  }

  /** An event whose key is neither there nor destroyed could be neither opened nor called erased: it is refused before it is stored. */
  async #keysOf({ stream, metadata }: Exported): Promise<void> {
    const { keys } = this.#ports
    const { tenant } = parseStreamName(stream)
    const { subjects = [] } = JSON.parse(metadata) as { readonly subjects?: readonly string[] }
    if (this.#isNew(tenant) && (await keys.secrets(tenant, false)) === undefined)
      throw new RapportError('secrets-missing', `There are events but no secrets of ${tenant}.`, { tenants: [tenant] })
    for (const kid of subjects)
      if (this.#isNew(`${tenant} ${kid}`) && (await keys.get(tenant, kid)).state === 'absent')
        throw new RapportError('key-missing', `The key ${kid} of ${tenant} is neither among the keys nor destroyed.`, {
          tenant,
          kid,
        })
  }

  #isNew(name: string): boolean {
    if (this.#checked.has(name)) return false
    this.#checked.add(name)
    return true
  }
}

const identity = ({ stream, revision, id, type, recordedAt, metadata, data }: Exported): string =>
  `${JSON.stringify([stream, revision, id, type, recordedAt, metadata, data])}\n`

const changed = (): RapportError =>
  new RapportError(
    'target-changed',
    'The target does not hold the beginning of this export: something else writes there, or wrote since it was begun.',
  )
