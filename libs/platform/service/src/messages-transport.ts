import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices'
import { keepHearing, type Hearing, type Message, type Messages } from '@rapport/events'
import { isObservable, lastValueFrom } from 'rxjs'

/** What a handler says of itself beside its pattern, a ce_type: as which group it hears, and what. */
type Place = Pick<Hearing, 'group' | 'streams' | 'from'>

export interface TransportOptions {
  readonly messages: Pick<Messages, 'consume'>
  /** Milliseconds before the first repeat of a consume that was rejected; default 250. */
  readonly pause?: number
  readonly onTrouble: (group: string, error: unknown) => void
}

/**
 * A Nest transport over the Messages port. A pattern is a ce_type; `extras` of a handler hold its group, streams and beginning. A message is
 * done when every handler of its group and type has resolved, and one that no handler of the group is for when it is seen; where a handler rejects the
 * offset stays and the group begins there again.
 */
export class MessagesTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true
  readonly #options: TransportOptions
  readonly #stop = new AbortController()
  #running: Promise<unknown> = Promise.resolve()

  constructor(options: TransportOptions) {
    super()
    this.#options = options
  }

  /** Registers what somebody hears, a handler for each type. */
  add({ group, streams, from, types, hear }: Hearing): void {
    const place: Place = { group, streams, from }
    for (const type of types) this.addHandler(type, (message: Message) => hear(message), true, place)
  }

  /** Begins to consume as every group that a handler names. */
  listen(callback: (error?: unknown) => void): void {
    const groups = new Map<string, Place & { readonly handlers: Map<string, MessageHandler[]> }>()
    for (const [type, first] of this.getHandlers())
      for (let handler: MessageHandler | undefined = first; handler; handler = handler.next as MessageHandler) {
        const place = handler.extras as Partial<Place> | undefined
        if (place?.group === undefined || place.streams === undefined || place.from === undefined)
          return callback(new TypeError(`The handler of ${type} names no group, streams and beginning.`))
        const known = groups.get(place.group) ?? { ...(place as Place), handlers: new Map() }
        groups.set(place.group, { ...known, streams: [...new Set([...known.streams, ...place.streams])] })
        known.handlers.set(type, [...(known.handlers.get(type) ?? []), handler])
      }
    const { messages, pause = 250, onTrouble } = this.#options
    const running = [...groups.values()].map(({ group, streams, from, handlers }) => {
      const hear = (message: Message) => dispatch(handlers.get(message.headers['ce_type'] ?? '') ?? [], message)
      const hearing: Hearing = { group, streams, from, types: [...handlers.keys()], hear }
      return keepHearing(messages, hearing, {
        signal: this.#stop.signal,
        pause,
        onTrouble: (error) => onTrouble(group, error),
      })
    })
    this.#running = Promise.allSettled(running)
    callback()
  }

  /** Ends after the handlers in flight. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  on(): never {
    throw new TypeError('This transport has no events.')
  }

  unwrap<T>(): T {
    return this.#options.messages as T
  }
}

async function dispatch(handlers: readonly MessageHandler[], message: Message): Promise<void> {
  for (const handler of handlers) {
    const answer: unknown = await handler(message)
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined })
  }
}
