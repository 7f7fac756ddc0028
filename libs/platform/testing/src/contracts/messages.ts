import { randomUUID } from 'node:crypto'
import type { Consume, Message, Messages } from '@rapport/events'
import { fail, holds, pause, same, within } from './check.ts'
import { register } from './register.ts'
import { promise, restarted } from './suite.ts'
import type { Case, Opened, Suite, Terms } from './suite.ts'

/** One public event that a case wants to hear of: which of the two streams, and its key. */
export interface Told {
  readonly stream: 0 | 1
  readonly key: string
}
/** What the spec of an adapter of Messages gives to the suite. */
export interface MessagesHandle extends Opened<Messages> {
  /** Two stream types on which nobody else publishes while the case runs. */
  readonly streams: readonly [string, string]
  /** Puts messages in the way that this adapter gets them, in this order; answers their ce_id. Resolves when they are durable. */
  tell(messages: readonly Told[]): Promise<readonly string[]>
  /** `publish` takes any message. Absent where messages are what a store's events say. */
  readonly publishes?: true
}

const group = (): string => `group-${randomUUID()}`
const idOf = (message: Message): string => message.headers.ce_id ?? fail('a message without ce_id')
const idsOf = (messages: readonly Message[]): string[] => messages.map(idOf)
const one = (key: string, stream: 0 | 1 = 0): Told => ({ stream, key })
const keys = (count: number): string[] => Array.from({ length: count }, () => randomUUID())

/** Consumes until there are enough, lets the last handler end, stops, and gives what was handled. */
async function consumed(
  port: Messages,
  options: Omit<Consume, 'signal'>,
  enough: (handled: readonly Message[]) => boolean,
  { patience }: Terms,
  handle: (message: Message) => Promise<void> = async () => {},
): Promise<readonly Message[]> {
  const handled: Message[] = []
  const stop = new AbortController()
  const consuming = port.consume({ ...options, signal: stop.signal }, async (message) => {
    await handle(message)
    handled.push(message)
    // Aborted well after this handler has resolved, so that its offset has moved.
    if (enough(handled)) setTimeout(() => stop.abort(), 50)
  })
  try {
    await within(patience, consuming, () => `${handled.length} messages handled, the consumer has not ended`)
  } finally {
    stop.abort()
  }
  return handled
}
const until =
  (id: string | undefined) =>
  (handled: readonly Message[]): boolean =>
    handled.some((message) => idOf(message) === id)

function inOrderPerKey(handled: readonly Message[], told: readonly Told[], ids: readonly string[]): void {
  for (const key of new Set(told.map((message) => message.key))) {
    const expected = ids.filter((_, n) => told[n]!.key === key)
    same(idsOf(handled.filter((message) => message.key === key)), expected, `the messages of key ${key}`)
  }
}

/** Every sentence of contracts §6 and of the port that Messages can be held to. */
export const messagesCases: readonly Case<MessagesHandle>[] = [
  promise('§6 every message arrives, in order within its key', async ({ port, streams, tell }, terms) => {
    const [a, b, c] = keys(3) as [string, string, string]
    const told = Array.from({ length: 30 }, (_, n) => one([a, b, c][((n * 7) % 5) % 3]!, n % 2 === 0 ? 0 : 1))
    const ids = await tell(told)
    const options = { group: group(), streams, from: 'beginning' } as const
    const handled = await consumed(port, options, ({ length }) => length >= 30, terms)
    same(idsOf(handled).sort(), [...ids].sort(), 'ids')
    for (const stream of [0, 1] as const) {
      const own = handled.filter((message) => message.stream === streams[stream])
      const asked = [...told.keys()].filter((n) => told[n]!.stream === stream)
      inOrderPerKey(
        own,
        asked.map((n) => told[n]!),
        asked.map((n) => ids[n]!),
      )
    }
  }),

  promise('§6 messages of one key are handled one at a time', async ({ port, streams, tell }, terms) => {
    const key = randomUUID()
    await tell(Array.from({ length: 6 }, () => one(key)))
    let running = 0
    let most = 0
    const options = { group: group(), streams, from: 'beginning' } as const
    await consumed(
      port,
      options,
      ({ length }) => length >= 6,
      terms,
      async () => {
        running += 1
        most = Math.max(most, running)
        await pause(5)
        running -= 1
      },
    )
    same(most, 1, 'handlers at once')
  }),

  promise('§6 what is told while a group consumes arrives', async ({ port, streams, tell }, terms) => {
    const key = randomUUID()
    const ids = [...(await tell([one(key)]))]
    const options = { group: group(), streams, from: 'beginning' } as const
    const handled = await consumed(
      port,
      options,
      ({ length }) => length >= 4,
      terms,
      async () => {
        if (ids.length < 4) ids.push(...(await tell([one(key)])))
      },
    )
    same(idsOf(handled), ids, 'ids')
  }),

  promise(
    '§6 the offset moves: what was handled is not given to the group again',
    async ({ port, streams, tell }, terms) => {
      const key = randomUUID()
      const options = { group: group(), streams, from: 'beginning' } as const
      const first = await tell(Array.from({ length: 5 }, () => one(key)))
      same(idsOf(await consumed(port, options, until(first.at(-1)), terms)), first, 'the first five')
      const [sixth] = await tell([one(key)])
      same(idsOf(await consumed(port, options, until(sixth), terms)), [sixth], 'the sixth')
    },
  ),

  promise('§6 the offset is there after a restart', async (handle, terms) => {
    const key = randomUUID()
    const options = { group: group(), streams: handle.streams, from: 'beginning' } as const
    const first = await handle.tell(Array.from({ length: 5 }, () => one(key)))
    await consumed(handle.port, options, until(first.at(-1)), terms)
    const [sixth] = await handle.tell([one(key)])
    const port = await restarted(handle)
    same(idsOf(await consumed(port, options, until(sixth), terms)), [sixth], 'the sixth')
  }),

  promise(
    '§6 the offset moves after the handler: one that fails is given again, and nothing behind it is lost',
    async ({ port, streams, tell }, terms) => {
      const key = randomUUID()
      const options = { group: group(), streams, from: 'beginning' } as const
      const ids = await tell(Array.from({ length: 4 }, () => one(key)))
      const failure = new Error('the handler fails')
      const failing = consumed(
        port,
        options,
        () => false,
        terms,
        async (message) => {
          if (idOf(message) === ids[2]) throw failure
        },
      )
      const rejected = await failing.then(
        () => fail('consume ended without the error'),
        (error: unknown) => error,
      )
      holds(rejected === failure, `consume rejects with what the handler rejected with, not with ${String(rejected)}`)
      const again = idsOf(await consumed(port, options, until(ids[3]), terms))
      holds(again.includes(ids[2]!), 'the failed one is given again')
      // At least once: those before may come again, but none after the failed one came before it.
      same(again.slice(again.indexOf(ids[2]!)), ids.slice(2), 'the failed one and those behind it')
    },
  ),

  promise('§6 a message whose handler fails after the abort is not lost', async ({ port, streams, tell }, terms) => {
    const key = randomUUID()
    const ids = await tell([one(key), one(key)])
    const stop = new AbortController()
    const options = { group: group(), streams, from: 'beginning' } as const
    const consuming = port.consume({ ...options, signal: stop.signal }, async () => {
      stop.abort()
      await pause(20)
      throw new Error('the handler fails')
    })
    // Whether an aborted consume still tells of the failure is left open; that the message stands is not.
    await within(
      terms.patience,
      consuming.catch(() => {}),
      () => 'consume ends after an abort',
    )
    await pause(30)
    same(idsOf(await consumed(port, options, until(ids[1]), terms)), ids, 'both are given')
  }),

  promise('§6 consume ends without an error when the signal aborts', async ({ port, streams }, terms) => {
    const waiting = new AbortController()
    const options = { group: group(), streams, from: 'beginning' } as const
    const handle = async (): Promise<void> => fail('nothing was told')
    const consuming = port.consume({ ...options, signal: waiting.signal }, handle)
    await pause(50)
    waiting.abort()
    await within(terms.patience, consuming, () => 'aborted while it waits')
    await within(
      terms.patience,
      port.consume({ ...options, signal: AbortSignal.abort() }, handle),
      () => 'aborted before',
    )
  }),

  promise('§6 groups have offsets of their own', async ({ port, streams, tell }, terms) => {
    const key = randomUUID()
    const ids = await tell([one(key), one(key), one(key)])
    for (let n = 0; n < 2; n += 1) {
      const options = { group: group(), streams, from: 'beginning' } as const
      same(idsOf(await consumed(port, options, until(ids[2]), terms)), ids, `ids of group ${n}`)
    }
  }),

  promise('§6 a group hears the streams it names, no others', async ({ port, streams, tell }, terms) => {
    const key = randomUUID()
    const ids = await tell([one(key, 1), one(key, 0), one(key, 1), one(key, 0)])
    const options = { group: group(), streams: [streams[0]], from: 'beginning' } as const
    const handled = await consumed(port, options, until(ids[3]), terms)
    same(idsOf(handled), [ids[1], ids[3]], 'ids')
    same([...new Set(handled.map(({ stream }) => stream))], [streams[0]], 'streams')
  }),

  promise(
    '§6 from the deployment: a new group hears what is told from then on',
    async ({ port, streams, tell }, terms) => {
      const key = randomUUID()
      await tell([one(key), one(key)])
      const told = new AbortController()
      const options = { group: group(), streams, from: 'deployment' } as const
      // The group exists once a consume has been ended; before, nobody can say which messages came after it.
      const first = port.consume({ ...options, signal: told.signal }, async () => fail('told before the deployment'))
      first.catch(() => {})
      await pause(Math.min(500, terms.patience / 4))
      told.abort()
      await within(terms.patience, first, () => 'the first consume ends')
      const ids = await tell([one(key), one(key)])
      same(idsOf(await consumed(port, options, until(ids[1]), terms)), ids, 'what was told while the group was away')
    },
  ),

  promise(
    '§6 from the beginning or the deployment says where a group begins, not where it goes on',
    async ({ port, streams, tell }, terms) => {
      const key = randomUUID()
      const name = group()
      const first = await tell([one(key), one(key)])
      await consumed(port, { group: name, streams, from: 'beginning' }, until(first[1]), terms)
      const [third] = await tell([one(key)])
      const handled = await consumed(port, { group: name, streams, from: 'deployment' }, until(third), terms)
      same(idsOf(handled), [third], 'what was told since')
    },
  ),

  promise('§6 messages are durable: a new group hears them after a restart', async (handle, terms) => {
    const key = randomUUID()
    const ids = await handle.tell([one(key), one(key)])
    const port = await restarted(handle)
    const options = { group: group(), streams: handle.streams, from: 'beginning' } as const
    same(idsOf(await consumed(port, options, until(ids[1]), terms)), ids, 'ids')
  }),

  promise('§6 publish keeps key, headers and value as they are', async ({ port, streams, publishes }, terms) => {
    if (!publishes) throw new Error('This adapter does not publish: name the sentence as a skip, with its reason.')
    const message = (n: number): Message => ({
      stream: streams[0],
      key: randomUUID(),
      headers: { ce_id: randomUUID(), ce_type: '会议 😀', 'content-type': 'application/json', ce_n: String(n) },
      value: `{"value":{"b":1,"a":"a\\u0000b 长 😀"},"n":${n}}`,
    })
    const sent = [message(1), message(2), message(3)]
    await port.publish(sent)
    const options = { group: group(), streams, from: 'beginning' } as const
    const handled = await consumed(port, options, ({ length }) => length >= 3, terms)
    for (const one of sent)
      same(
        handled.find((got) => got.headers.ce_id === one.headers.ce_id),
        one,
        'a message',
      )
  }),
]

/** Registers the suite of the Messages port with Jest. */
export const messagesContract = (suite: Suite<MessagesHandle>): void => register('Messages', messagesCases, suite)
