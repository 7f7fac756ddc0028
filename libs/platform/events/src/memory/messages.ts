import type { Consume, Message, Messages } from '../ports.ts'

/** What outlives an instance: the log, and for each group how many messages of it are handled. */
export interface MemoryMessagesData {
  readonly log: Message[]
  readonly offsets: Map<string, number>
  readonly waiting: Set<() => void>
}
export const memoryMessagesData = (): MemoryMessagesData => ({ log: [], offsets: new Map(), waiting: new Set() })

/** {@link Messages} in memory: one log, one message at a time for a group. */
export class MemoryMessages implements Messages {
  readonly data: MemoryMessagesData

  constructor(options: { readonly data?: MemoryMessagesData } = {}) {
    this.data = options.data ?? memoryMessagesData()
  }

  async publish(messages: readonly Message[]): Promise<void> {
    this.data.log.push(
      ...messages.map((message) => Object.freeze({ ...message, headers: Object.freeze({ ...message.headers }) })),
    )
    for (const wake of [...this.data.waiting]) wake()
  }

  async consume({ group, streams, from, signal }: Consume, handle: (message: Message) => Promise<void>): Promise<void> {
    const { log, offsets } = this.data
    if (!offsets.has(group)) offsets.set(group, from === 'beginning' ? 0 : log.length)
    while (!signal.aborted) {
      const next = offsets.get(group)!
      const message = log[next]
      if (!message) await this.#more(signal)
      else {
        if (streams.includes(message.stream)) await handle(message)
        offsets.set(group, next + 1)
      }
    }
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.data.waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.data.waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  async close(): Promise<void> {}
}
