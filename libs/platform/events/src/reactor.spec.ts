import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Unavailable } from './errors.ts'
import { house, noteWritten, remark, write } from './example.fixture.ts'
import type { AnyPublicEvent } from './event.ts'
import { heardName } from './heard-before.ts'
import { MemoryMessages } from './memory/index.ts'
import { HOUSE, type Message } from './ports.ts'
import { reaction, type Heard } from './reaction.ts'
import { Reactor, type ReactorDeps } from './reactor.ts'
import { streamName } from './names.ts'

const NoteWritten = noteWritten.contract! as AnyPublicEvent
const aKey = (n: number): string => `0192f0c1-7b7a-7c3e-8b8a-${String(n).padStart(12, '0')}`

const because = (reason: string) => ({ reason, by: 'operator', at: '2026-03-02T12:00:00.000Z' })

let ended: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ended.map((end) => end()))
  ended = []
})

/** The small house, messages about notes of any key, and a reaction that copies each note as long as its text is not in `poison`. */
async function reacting(more: { onImported?: 'yes' | 'no' } = {}) {
  const h = house()
  const shelf = await h.build()
  const poison = new Set<string>()
  const messages = new MemoryMessages()
  let sent = 0
  const copies = reaction({
    name: 'when-a-note-is-written-copy-it',
    summary: 'Copies notes.',
    on: [NoteWritten],
    from: 'beginning',
    onImported: more.onImported ?? 'no',
    react(event: Heard) {
      const { body, by, of } = event.data as { body: string; by?: string; of?: string }
      if (poison.has(body)) throw new TypeError(`${body} is poison`)
      return of === undefined
        ? [{ decision: write, body: { engagement: shelf, mood: 'good', body, ...(by !== undefined && { by }) } }]
        : [{ decision: remark, id: of, body: { text: body } }]
    },
  })
  const message = (key: number, body: string, value: object = {}): Message => {
    const id = aKey(500 + ++sent)
    return {
      stream: 'library.note',
      key: aKey(key),
      headers: {},
      value: JSON.stringify({
        id,
        type: 'NoteWritten',
        stream: 'library.note',
        streamId: aKey(key),
        position: String(sent).padStart(20, '0'),
        tenant: 'main',
        engagement: shelf,
        occurredAt: '2026-03-02T09:00:00.000Z',
        correlation: id,
        data: { body },
        ...value,
      }),
    }
  }
  const open = (deps: Partial<ReactorDeps> = {}) =>
    new Reactor({
      messages,
      handle: h.handle,
      keys: h.keys,
      ops: h.ops,
      reactions: [copies],
      tries: 3,
      pause: 1,
      ...deps,
    })
  const start = async (deps: Partial<ReactorDeps> = {}) => {
    const reactor = open(deps)
    await reactor.start()
    ended.push(() => reactor.stop())
    return reactor
  }
  /** The texts of the notes and remarks that followed, in order. */
  const written = async (): Promise<readonly string[]> => {
    const texts: string[] = []
    for (const stored of h.store.log.all) {
      const data = (await h.keys.open('main', JSON.parse(stored.data))) as { body?: string; text?: string }
      if (stored.type !== 'ShelfBuilt') texts.push(data.body ?? data.text ?? '')
    }
    return texts
  }
  const heard = () => until(() => messages.data.offsets.get(`reaction:${copies.name}`) === messages.data.log.length)
  return { ...h, shelf, poison, messages, message, copies, open, start, written, heard }
}

async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 2_000 && !holds(); n++) await sleep(2)
  expect(holds()).toBe(true)
}

describe('reactor', () => {
  test('§6 a command follows what was heard, at its time, with it as its cause, in the name of the reaction', async () => {
    const h = await reacting()
    await h.messages.publish([h.message(1, 'a')])
    await h.start()
    await h.heard()
    const heard = JSON.parse(h.messages.data.log[0]!.value) as { id: string }
    const stored = h.store.log.all.at(-1)!
    expect(JSON.parse(stored.metadata)).toMatchObject({
      actor: { kind: 'reaction' },
      occurredAt: '2026-03-02T09:00:00.000Z',
      causation: heard.id,
      correlation: heard.id,
    })
    expect(await h.written()).toEqual(['a'])
  })

  test('§6 a second delivery of the same event is harmless', async () => {
    const h = await reacting()
    const message = h.message(1, 'a')
    await h.messages.publish([message, h.message(1, 'b'), message, message])
    await h.start()
    await h.heard()
    expect(await h.written()).toEqual(['a', 'b'])
  })

  test('what was heard before the store moved to a broker is told there again and does nothing', async () => {
    const h = await reacting()
    const told = [h.message(1, 'before'), h.message(2, 'the last before'), h.message(1, 'after')]
    const { position } = JSON.parse(told[1]!.value) as { position: string }
    await h.ops.set(HOUSE, heardName(h.copies.name), { position }, 'none')
    await h.messages.publish([...told, ...told])
    await h.start()
    await h.heard()
    expect(await h.written()).toEqual(['after'])
  })

  test('§6 a refused command is an outcome: kept with its code, and nothing waits for it', async () => {
    const h = await reacting()
    await h.messages.publish([h.message(1, 'a', { data: { body: 'a', by: aKey(404) } }), h.message(1, 'b')])
    const reactor = await h.start()
    await h.heard()
    expect(await h.written()).toEqual(['b'])
    expect(await reactor.letters()).toEqual([])
    expect(await reactor.refused('main')).toMatchObject([
      { reaction: h.copies.name, decision: 'library.note/write', code: 'reference-not-found', engagement: h.shelf },
    ])
    expect(await reactor.refused('other')).toEqual([])
  })

  test('§6 an outage is retried for ever and never counts', async () => {
    const h = await reacting()
    let down = 9
    const handle: ReactorDeps['handle'] = {
      handle: (command) => (down-- > 0 ? Promise.reject(new Unavailable('down')) : h.handle.handle(command)),
    }
    await h.messages.publish([h.message(1, 'a'), h.message(1, 'b')])
    const reactor = await h.start({ handle })
    await h.heard()
    expect(await h.written()).toEqual(['a', 'b'])
    expect(await reactor.letters()).toEqual([])
  })

  test('§6 a stream that others keep changing is no refusal: it is tried again', async () => {
    const h = await reacting()
    const { Refusal } = await import('./errors.ts')
    let busy = 5
    const handle: ReactorDeps['handle'] = {
      handle: (command) => (busy-- > 0 ? Promise.reject(new Refusal('conflict', 'Busy.')) : h.handle.handle(command)),
    }
    await h.messages.publish([h.message(1, 'a')])
    const reactor = await h.start({ handle })
    await h.heard()
    expect([await h.written(), await reactor.refused('main')]).toEqual([['a'], []])
  })

  test('BR-57 of 5 keys with 10 messages each, the first of one poisoned: 10 dead letters, 40 handled; the block survives a restart', async () => {
    const h = await reacting()
    h.poison.add('k3 m0')
    const all = Array.from({ length: 10 }, (_, m) => [1, 2, 3, 4, 5].map((k) => h.message(k, `k${k} m${m}`))).flat()
    await h.messages.publish(all)
    const first = await h.start()
    await h.heard()
    const others = all
      .map((m) => (JSON.parse(m.value) as { data: { body: string } }).data.body)
      .filter((b) => b[1] !== '3')
    expect(await h.written()).toEqual(others)
    const letters = await first.letters()
    expect(letters.map(({ key }) => key)).toEqual(Array.from({ length: 10 }, () => aKey(3)))
    expect(letters.map(({ reason }) => reason).slice(0, 2)).toEqual([
      'TypeError',
      'It waits behind an earlier one of its key.',
    ])
    await first.stop()

    h.poison.clear()
    const second = await h.start()
    await h.messages.publish([h.message(3, 'k3 m10'), h.message(4, 'k4 m10')])
    await h.heard()
    expect(await h.written()).toEqual([...others, 'k4 m10'])
    expect(await second.letters()).toHaveLength(11)

    expect(await second.retry(h.copies.name, aKey(3))).toEqual({ released: 11 })
    expect((await h.written()).slice(41)).toEqual(Array.from({ length: 11 }, (_, m) => `k3 m${m}`))
    expect(await second.letters()).toEqual([])
    await h.messages.publish([h.message(3, 'k3 m11')])
    await h.heard()
    expect((await h.written()).at(-1)).toBe('k3 m11')
  })

  test('§6 a retry ends at the first that fails again and says why; the key stays blocked', async () => {
    const h = await reacting()
    h.poison.add('a').add('c')
    await h.messages.publish(['a', 'b', 'c', 'd'].map((body) => h.message(1, body)))
    const reactor = await h.start()
    await h.heard()
    h.poison.delete('a')
    expect(await reactor.retry(h.copies.name, aKey(1))).toEqual({ released: 2, failed: 'TypeError' })
    expect(await h.written()).toEqual(['a', 'b'])
    expect((await reactor.letters()).map(({ reason }) => reason)).toEqual([
      'TypeError',
      'It waits behind an earlier one of its key.',
    ])
    await h.messages.publish([h.message(1, 'e')])
    await h.heard()
    expect(await reactor.letters()).toHaveLength(3)
  })

  test('§6 what is heard while a key is released goes behind the others, each once', async () => {
    const h = await reacting()
    h.poison.add('m0')
    await h.messages.publish(Array.from({ length: 20 }, (_, m) => h.message(1, `m${m}`)))
    const reactor = await h.start()
    await h.heard()
    h.poison.clear()
    const retrying = reactor.retry(h.copies.name, aKey(1))
    for (let m = 20; m < 60; m++) {
      await h.messages.publish([h.message(1, `m${m}`)])
      if (m % 3 === 0) await sleep(1)
    }
    await h.heard()
    await retrying
    // What came before the last release was set aside, what came after it was handled at once.
    await reactor.retry(h.copies.name, aKey(1))
    expect(await h.written()).toEqual(Array.from({ length: 60 }, (_, m) => `m${m}`))
  })

  test('§6 dropping gives up the first, keeps the reason, and lets the others be retried', async () => {
    const h = await reacting()
    h.poison.add('a')
    await h.messages.publish(['a', 'b', 'c'].map((body) => h.message(1, body)))
    const reactor = await h.start()
    await h.heard()
    expect(await reactor.drop(h.copies.name, aKey(2), because('No such key.'))).toBeUndefined()
    const [first] = await reactor.letters()
    expect(await reactor.drop(h.copies.name, aKey(1), because('It was a test.'))).toBe(first!.event)
    const kept = await h.ops.list('*', 'dropped/')
    expect(kept.map(({ value }) => value)).toMatchObject([{ reason: 'TypeError', dropped: because('It was a test.') }])
    expect(await reactor.retry(h.copies.name, aKey(1))).toEqual({ released: 2 })
    expect(await h.written()).toEqual(['b', 'c'])
  })

  test('§6 a key that another process released is not blocked here any more', async () => {
    const h = await reacting()
    h.poison.add('a')
    await h.messages.publish([h.message(1, 'a')])
    await h.start()
    await h.heard()
    expect(await h.open().drop(h.copies.name, aKey(1), because('Done elsewhere.'))).toBeDefined()
    await h.messages.publish([h.message(1, 'b')])
    await h.heard()
    expect(await h.written()).toEqual(['b'])
  })

  test('§6 a key that another process blocked is blocked here too', async () => {
    const h = await reacting()
    await h.start()
    h.poison.add('a')
    const elsewhere = h.open()
    await elsewhere.hearings()[0]!.hear(h.message(1, 'a'))
    h.poison.clear()
    await h.messages.publish([h.message(1, 'b'), h.message(2, 'c')])
    await h.heard()
    expect(await h.written()).toEqual(['c'])
    expect(await elsewhere.retry(h.copies.name, aKey(1))).toEqual({ released: 2 })
    expect(await h.written()).toEqual(['c', 'a', 'b'])
  })

  test.each([
    ['of another stream', { stream: 'library.shelf' }],
    ['of another key', { streamId: aKey(2) }],
    ['without a tenant', { tenant: undefined }],
    ['without data', { data: 'a' }],
  ])('BR-61 a value %s is set aside at once, and nothing is done', async (_, value) => {
    const h = await reacting()
    await h.messages.publish([h.message(1, 'a', value), h.message(3, 'b')])
    const reactor = await h.start()
    await h.heard()
    expect(await h.written()).toEqual(['b'])
    expect(await reactor.letters()).toMatchObject([
      { key: aKey(1), reason: expect.stringMatching(/^invalid-message: /) },
    ])
  })

  test('§6 what keeps a reaction waiting is told once', async () => {
    const h = await reacting()
    let down = 3
    const handle: ReactorDeps['handle'] = {
      handle: (command) => (down-- > 0 ? Promise.reject(new Unavailable('down')) : h.handle.handle(command)),
    }
    const told: string[] = []
    await h.messages.publish([h.message(1, 'a')])
    await h.start({ handle, onTrouble: (reaction, error) => told.push(`${reaction}: ${(error as Error).message}`) })
    await h.heard()
    expect(told).toEqual([`${h.copies.name}: down`])
  })

  test.each(['yes', 'no'] as const)('§6 onImported: %s', async (onImported) => {
    const h = await reacting({ onImported })
    await h.messages.publish([h.message(1, 'imported', { imported: true }), h.message(1, 'ours')])
    await h.start()
    await h.heard()
    expect(await h.written()).toEqual(onImported === 'yes' ? ['imported', 'ours'] : ['ours'])
  })

  test('a reply may act on a stream that stands', async () => {
    const h = await reacting()
    const { id } = await h.send(
      'library.note',
      'write',
      { engagement: h.shelf, mood: 'good', body: 'x' },
      {
        occurred: { occurredAt: '2026-03-01T09:00:00.000Z' },
      },
    )
    await h.messages.publish([h.message(1, 'seen', { data: { body: 'seen', of: id } })])
    await h.start()
    await h.heard()
    expect((await h.store.read(streamName('library.note', 'main', id))).map(({ type }) => type)).toEqual([
      'NoteWritten',
      'NoteRemarked',
    ])
  })
})
