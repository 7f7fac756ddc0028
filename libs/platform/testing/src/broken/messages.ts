import { MemoryMessages, Unavailable } from '@rapport/events'
import type { Message, Messages } from '@rapport/events'
import type { MessagesHandle } from '../contracts/messages.ts'
import { openMemoryMessages } from '../memory.ts'
import { breaksOf } from './broken.ts'
import type { Broken } from './broken.ts'

const broken = breaksOf<Messages, MessagesHandle>(openMemoryMessages)
const dataOf = (handle: MessagesHandle): MemoryMessages['data'] => (handle.port as MemoryMessages).data
const changed = (port: Messages, change: (message: Message) => Message): Partial<Messages> => ({
  consume: (options, handle) => port.consume(options, (message) => handle(change(message))),
})

/** Adapters that break the promises of Messages. */
export const brokenMessages: readonly Broken<MessagesHandle>[] = [
  broken('gives messages of a key in the wrong order', '§6 every message arrives, in order', (port) => ({
    consume: async (options, handle) => {
      const held: Message[] = []
      await port.consume(options, async (message) => {
        held.push(message)
        if (held.length === 10) for (const one of held.splice(0).reverse()) await handle(one)
      })
    },
  })),
  broken('loses a message now and then', '§6 every message arrives, in order', (port) => ({
    consume: (options, handle) => {
      let count = 0
      return port.consume(options, async (message) => {
        count += 1
        if (count !== 7) await handle(message)
      })
    },
  })),
  broken('handles messages of a key together', '§6 messages of one key are handled one at a time', (port) => ({
    consume: async (options, handle) => {
      const running: Promise<void>[] = []
      await port.consume(options, async (message) => void running.push(handle(message)))
      await Promise.all(running)
    },
  })),
  broken('ends when it has given everything', '§6 what is told while a group consumes arrives', (port, { handle }) => ({
    consume: async (options, handler) => {
      const log = [...dataOf(handle).log]
      let count = 0
      await port.consume(options, async (message) => {
        count += 1
        if (count <= log.length) await handler(message)
      })
    },
  })),
  broken('never moves its offset', '§6 the offset moves: what', (port, { handle }) => ({
    consume: (options, handler) => {
      dataOf(handle).offsets.delete(options.group)
      return port.consume(options, handler)
    },
  })),
  broken('forgets its offsets at a restart', '§6 the offset is there after a restart', (port, { handle }) => {
    if (port !== handle.port) dataOf(handle).offsets.clear()
    return {}
  }),
  broken('moves the offset before the handler', '§6 the offset moves after the handler', (port, { handle }) => ({
    consume: (options, handler) =>
      port.consume(options, async (message) => {
        const { offsets, log } = dataOf(handle)
        offsets.set(options.group, log.indexOf(message) + 1)
        await handler(message)
      }),
  })),
  broken('swallows the error of a handler', '§6 the offset moves after the handler', (port) => ({
    consume: (options, handler) => port.consume(options, (message) => handler(message).catch(() => {})),
  })),
  broken('moves the offset of an interrupted message', '§6 a message whose handler fails after the abort', (port) => ({
    consume: (options, handler) =>
      port.consume(options, async (message) => {
        const running = handler(message)
        if (options.signal.aborted) running.catch(() => {})
        else await running
      }),
  })),
  broken('rejects when the signal aborts', '§6 consume ends without an error', (port) => ({
    consume: async (options, handler) => {
      await port.consume(options, handler)
      throw new Unavailable('aborted')
    },
  })),
  broken('has one offset for all groups', '§6 groups have offsets of their own', (port) => ({
    consume: (options, handler) => port.consume({ ...options, group: 'all' }, handler),
  })),
  broken('gives every stream to every group', '§6 a group hears the streams it names', (port, { handle }) => ({
    consume: (options, handler) => port.consume({ ...options, streams: handle.streams }, handler),
  })),
  broken('begins a deployment at the beginning', '§6 from the deployment', (port) => ({
    consume: (options, handler) => port.consume({ ...options, from: 'beginning' }, handler),
  })),
  broken('begins at the end whenever nothing was handled', '§6 from the deployment', (port, { handle }) => ({
    consume: (options, handler) => {
      if (options.from === 'deployment') dataOf(handle).offsets.delete(options.group)
      return port.consume(options, handler)
    },
  })),
  broken(
    'begins at the deployment whatever offset stands',
    '§6 from the beginning or the deployment',
    (port, { handle }) => ({
      consume: (options, handler) => {
        if (options.from === 'deployment') dataOf(handle).offsets.delete(options.group)
        return port.consume(options, handler)
      },
    }),
  ),
  broken('keeps messages in memory only', '§6 messages are durable', (port, { handle }) => {
    if (port !== handle.port) dataOf(handle).log.length = 0
    return {}
  }),
  broken('takes the member `value` for the value', '§6 publish keeps key, headers and value', (port) =>
    changed(port, (message) => ({
      ...message,
      value: JSON.stringify((JSON.parse(message.value) as { value?: unknown }).value ?? {}),
    })),
  ),
  broken('writes headers in Latin-1', '§6 publish keeps key, headers and value', (port) =>
    changed(port, (message) => ({
      ...message,
      headers: Object.fromEntries(
        Object.entries(message.headers).map(([name, text]) => [name, Buffer.from(text, 'latin1').toString('latin1')]),
      ),
    })),
  ),
]
