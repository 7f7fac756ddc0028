import { randomUUID } from 'node:crypto'
import {
  context,
  decision,
  event,
  MemoryOps,
  memoryOpsData,
  publicEvent,
  reaction,
  Reactor,
  serve,
  stream,
  text,
  uuidv8,
  type Heard,
  type Message,
  type Messages,
  type ReactorDeps,
} from '@rapport/events'
import { OnMemory, TENANT } from './on-memory.ts'

const Said = publicEvent('radio.news', 'Said', 1, { words: text(100) })
const Written = publicEvent('diary.entry', 'Written', 1, { words: text(100) })
const written = event(Written, {
  visibility: 'internal',
  say: { en: '{words} was written down', zh: '记下了{words}' },
  evolve: (_: object, e) => ({ words: e.words }),
})
const entry = stream<object>('diary.entry', {
  initial: {},
  events: [written],
  scope: { level: 'tenant' },
  label: () => '',
  plural: 'entries',
})
const write = decision(entry, 'write', {
  summary: 'Writes down what was heard.',
  creates: true,
  rules: [],
  roles: ['system'],
  command: Written.shape,
  errors: {},
  example: { words: 'x' },
  decide: (_, command) => [written(command)],
})

/**
 * A diary that writes down what is said on the radio, on memory adapters but for the messages: for specs of whatever carries messages
 * to a reactor. What is in `poison` throws.
 */
export class Listening {
  readonly poison = new Set<string>()
  readonly reaction = reaction({
    name: 'when-something-is-said-write-it-down',
    summary: 'Writes down what is said.',
    on: [Said],
    from: 'beginning',
    onImported: 'no',
    react: (heard: Heard) => {
      const { words } = heard.data as { words: string }
      if (this.poison.has(words)) throw new TypeError(`${words} is poison`)
      return [{ decision: write, body: { words } }]
    },
  })
  readonly house = new OnMemory([context({ name: 'diary', streams: [serve(entry, [write])] })])
  readonly #ops = memoryOpsData()
  #said = 0

  /** A reactor of a process of its own, on the same stores. */
  open(messages: Messages, deps: Partial<ReactorDeps> = {}): Reactor {
    const { handle, keys } = this.house
    const ops = new MemoryOps({ data: this.#ops })
    return new Reactor({ messages, handle, keys, ops, reactions: [this.reaction], tries: 3, pause: 5, ...deps })
  }

  message(key: string, words: string): Message {
    const position = String(++this.#said).padStart(20, '0')
    const id = uuidv8('event', TENANT, randomUUID(), position)
    const value = {
      id,
      type: 'Said',
      stream: 'radio.news',
      streamId: key,
      position,
      tenant: TENANT,
      occurredAt: '2026-03-01T09:00:00.000Z',
      correlation: id,
      data: { words },
    }
    return {
      stream: 'radio.news',
      key,
      headers: { ce_id: id, ce_type: 'rapport.radio.Said.v1', 'content-type': 'application/json' },
      value: JSON.stringify(value),
    }
  }

  /** What was written down, in order. */
  get written(): readonly string[] {
    return this.house.store.log.all.map(({ data }) => (JSON.parse(data) as { words: string }).words)
  }
}
