import { canonical } from './canonical.ts'
import type { AnyPublicEvent } from './event.ts'
import {
  HOUSE,
  START,
  type Consume,
  type EventStore,
  type Message,
  type Messages,
  type Ops,
  type Position,
  type StoredEvent,
} from './ports.ts'
import type { Registry } from './registry.ts'

/** What a message of a public event is called: `rapport.<context>.<type>.v<version>`. */
export const ceType = ({ stream, type, version }: Pick<AnyPublicEvent, 'stream' | 'type' | 'version'>): string =>
  `rapport.${stream.split('.')[0]!}.${type}.v${version}`

/**
 * The messages of one stored event, as other contexts and analysts get them: CloudEvents 1.0 in binary mode, one for each event that it
 * publishes, key = the stream's UUID, the identity fields repeated in the JSON value (contracts.md §6). `source` names the store.
 */
export function messagesOf(registry: Registry, stored: StoredEvent, source: string): readonly Message[] {
  const event = registry.read(stored)
  const { meta } = event
  return registry.published(event).map(({ contract, data }, n) => {
    const id = n === 0 ? event.id : `${event.id}.${n + 1}`
    const given = {
      ce_specversion: '1.0',
      ce_type: ceType(contract),
      ce_source: source,
      ce_id: id,
      ce_time: event.occurredAt,
      ce_tenant: meta.tenant,
      ce_engagementid: meta.engagement,
      ce_clientid: meta.client,
      ce_recordedtime: event.recordedAt,
      ce_revision: String(event.revision),
      ce_position: event.position,
      ce_correlationid: meta.correlation,
      ce_causationid: meta.causation,
      'content-type': 'application/json',
    }
    const value = {
      id,
      type: contract.type,
      version: contract.version,
      stream: contract.stream,
      streamId: event.streamId,
      revision: String(event.revision),
      position: event.position,
      tenant: meta.tenant,
      client: meta.client,
      engagement: meta.engagement,
      actor: event.actor,
      occurredAt: event.occurredAt,
      occurredOn: event.occurredOn,
      zone: event.zone,
      recordedAt: event.recordedAt,
      visibility: meta.visibility,
      correlation: meta.correlation,
      causation: meta.causation,
      imported: meta.import === undefined ? undefined : true,
      data,
    }
    const headers = Object.fromEntries(Object.entries(given).filter((h): h is [string, string] => h[1] !== undefined))
    return { stream: contract.stream, key: event.streamId, headers, value: canonical(value) }
  })
}

/** What a group keeps: the position up to which everything is handled, and how many messages of the event behind it. */
interface Offset {
  readonly position: Position
  readonly handled: number
}

/** {@link Messages} on the laptop: the event store itself, followed through `publish`; only the offsets of groups are kept, in Ops. */
export class StoreMessages implements Messages {
  readonly #deps: {
    readonly store: EventStore
    readonly ops: Ops
    readonly registry: Registry
    readonly source: string
  }

  constructor(deps: {
    readonly store: EventStore
    readonly ops: Ops
    readonly registry: Registry
    readonly source: string
  }) {
    this.#deps = deps
  }

  /** Nothing to do: what is stored is published. */
  async publish(): Promise<void> {}

  async consume({ group, streams, from, signal }: Consume, handle: (message: Message) => Promise<void>): Promise<void> {
    const { store, ops, registry, source } = this.#deps
    const name = `messages/${group}`
    const kept = await ops.get(HOUSE, name)
    let version: string | 'none' = kept?.version ?? 'none'
    let moved = (kept?.value as Offset | undefined)?.position ?? START
    const move = async (to: Offset): Promise<void> => {
      const set = await ops.set(HOUSE, name, { ...to }, version)
      if (set === 'lost') throw new Error(`Another process consumes as ${group}.`)
      version = set.version
      moved = to.position
    }
    let offset = kept?.value as Offset | undefined
    if (offset === undefined) {
      offset = { position: from === 'beginning' ? START : await store.head([]), handled: 0 }
      // Where "now" was when the group first came must not move when it comes again.
      await move(offset)
    }
    const prefixes = [...new Set(streams.map((stream) => `${stream.split('.')[0]!}.`))]
    for await (const page of store.follow({ from: offset.position, prefixes, signal })) {
      for (const stored of page.events) {
        const messages = messagesOf(registry, stored, source).filter(({ stream }) => streams.includes(stream))
        for (const [n, message] of messages.entries()) {
          if (n < offset.handled) continue
          if (signal.aborted) return
          await handle(message)
          offset = { position: offset.position, handled: n + 1 }
          if (n + 1 < messages.length) await move(offset)
        }
        offset = { position: stored.position, handled: 0 }
        if (messages.length > 0) await move(offset)
      }
      // Also over what it passed by: whoever asks how far it is, or begins it again, need not go through that again.
      if (page.position > moved) {
        offset = { position: page.position, handled: 0 }
        await move(offset)
      }
    }
  }

  async close(): Promise<void> {}
}
