import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import { MemoryMessages, Unavailable, type ReactorDeps } from '@rapport/events'
import { Listening } from '@rapport/testing'
import { createLogger } from './log.ts'
import { MessagesTransport } from './messages-transport.ts'
import { createReactionService, type ReactionService } from './reaction-service.ts'

let services: ReactionService[] = []
afterEach(async () => {
  await Promise.all(services.map((service) => service.close()))
  services = []
})

async function serving(deps: Partial<ReactorDeps> = {}) {
  const messages = new MemoryMessages()
  const diary = new Listening()
  const lines: string[] = []
  const log = createLogger('info', { write: (line) => void lines.push(line) })
  const start = async () => {
    const reactor = diary.open(messages, deps)
    const service = await createReactionService({ reactor, messages, log, pause: 5 })
    services.push(service)
    await service.start()
    return { reactor, service }
  }
  const heard = async () => {
    const { log: all, offsets } = messages.data
    for (let n = 0; n < 1_000 && offsets.get(`reaction:${diary.reaction.name}`) !== all.length; n++) await sleep(5)
    expect(offsets.get(`reaction:${diary.reaction.name}`)).toBe(all.length)
  }
  return { messages, diary, lines, start, heard }
}

test('a reaction hears what its types are of; everything else is passed by and its offset moves', async () => {
  const s = await serving()
  const key = randomUUID()
  const other = s.diary.message(key, 'other')
  await s.messages.publish([
    s.diary.message(key, 'a'),
    { ...other, headers: { ...other.headers, ce_type: 'rapport.radio.Sung.v1' } },
    { ...other, headers: {} },
    { ...s.diary.message(key, 'elsewhere'), stream: 'radio.music' },
    s.diary.message(key, 'b'),
  ])
  await s.start()
  await s.heard()
  expect(s.diary.written).toEqual(['a', 'b'])
})

test('BR-57 a poisoned key becomes dead letters behind the transport too, and blocks no other', async () => {
  const s = await serving()
  const keys = Array.from({ length: 5 }, () => randomUUID())
  s.diary.poison.add('k2 m0')
  await s.messages.publish(
    Array.from({ length: 10 }, (_, m) => keys.map((key, k) => s.diary.message(key, `k${k} m${m}`))).flat(),
  )
  const { reactor } = await s.start()
  await s.heard()
  expect(s.diary.written).toHaveLength(40)
  expect((await reactor.letters()).map(({ key }) => key)).toEqual(Array.from({ length: 10 }, () => keys[2]))
})

test('closing waits for the reaction under way and lets go one that waits for an outage; it is heard again', async () => {
  let down = true
  const s = await serving()
  const { handle } = s.diary.house
  const deps: Partial<ReactorDeps> = {
    pause: 60_000,
    handle: { handle: (command) => (down ? Promise.reject(new Unavailable('down')) : handle.handle(command)) },
  }
  const reactor = s.diary.open(s.messages, deps)
  const first = await createReactionService({ reactor, messages: s.messages, log: createLogger('silent') })
  await first.start()
  await s.messages.publish([s.diary.message(randomUUID(), 'a')])
  await sleep(50)
  await first.close()
  expect(s.diary.written).toEqual([])
  down = false
  await s.start()
  await s.heard()
  expect(s.diary.written).toEqual(['a'])
})

test('a consume that is rejected begins again, and the log says why without the words of others', async () => {
  const s = await serving()
  let broken = 2
  const consume: MemoryMessages['consume'] = (options, handle) =>
    broken-- > 0 ? Promise.reject(new Error('secret: 7')) : s.messages.consume(options, handle)
  const reactor = s.diary.open(s.messages)
  const log = createLogger('info', { write: (line) => void s.lines.push(line) })
  const service = await createReactionService({ reactor, messages: { consume }, log, pause: 5 })
  services.push(service)
  await service.start()
  await s.messages.publish([s.diary.message(randomUUID(), 'a')])
  await s.heard()
  expect(s.diary.written).toEqual(['a'])
  expect(s.lines.map((line) => JSON.parse(line) as object)).toMatchObject(
    Array.from({ length: 2 }, () => ({ msg: 'cannot hear', group: `reaction:${s.diary.reaction.name}` })),
  )
  expect(s.lines.join('')).not.toContain('secret')
})

test('a handler that names no group is refused before anything is consumed', () => {
  const transport = new MessagesTransport({ messages: new MemoryMessages(), onTrouble: () => {} })
  transport.addHandler('rapport.radio.Said.v1', async () => {}, true)
  let told: unknown
  transport.listen((error) => (told = error))
  expect(told).toMatchObject({ message: 'The handler of rapport.radio.Said.v1 names no group, streams and beginning.' })
})
