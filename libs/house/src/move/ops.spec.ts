import { describe, expect, test } from '@jest/globals'
import { HOUSE, messagesOf, START, type Doc, type Json } from '@rapport/events'
import { anId, TENANT } from '@rapport/testing'
import { registry } from '../house.ts'
import { silence } from './ops.ts'
import { empty, exported, kept, restored, source } from './move.fixture.ts'

describe('what moves of Ops', () => {
  /** A store that has heard up to its third event, has set the fourth aside, and what only the old store needs. */
  async function withOps() {
    const from = await source(3)
    const fourth = from.all[3]!
    const [message] = messagesOf(registry, fourth, 'urn:rapport:store:f00d/2')
    const letter = {
      reaction: 'r',
      tenant: TENANT,
      key: message!.key,
      event: fourth.id,
      type: fourth.type,
      reason: 'x',
      message,
    }
    const name = `r/${message!.key}/${fourth.position}/${fourth.id}`
    const given: Readonly<Record<string, unknown>> = {
      'messages/reaction:r': { position: from.all[2]!.position, handled: 1 },
      'messages/reaction:fresh': { position: START, handled: 0 },
      'messages/reaction:passed': { position: '99999999999999999999', handled: 0 },
      [`dead-letter/${name}`]: letter,
      [`dropped/${name}`]: { ...letter, dropped: { reason: 'y', by: anId(5), at: '2026-03-02T12:00:00.000Z' } },
      'refused/r/e/0': { reaction: 'r', code: 'no' },
      demo: { told: true },
      'relay/engagements': { value: {} },
      'read-model/log': { collection: 'log.g1' },
      'read-model-begun/log': { collection: 'log.g2' },
      erasures: { of: 'f00d/2', reached: '1' },
    }
    for (const [at, value] of Object.entries(given)) await from.ops.set(HOUSE, at, value as Json, 'none')
    return { ...from, fourth, letter, name }
  }

  test('to a folder: offsets and letters at the places that their events have there', async () => {
    const from = await withOps()
    const target = empty('store')
    target.ports.events.log.last = 1000n
    await restored(target, await exported(from))
    const there = target.ports.events.log.all
    const [message] = messagesOf(registry, there[3]!, 'urn:rapport:store:f00d/3')
    const name = `r/${from.letter.key}/${there[3]!.position}/${from.fourth.id}`
    const found = await kept(target.ports.ops)
    expect(found).toEqual({
      'messages/reaction:r': { position: there[2]!.position, handled: 1 },
      'messages/reaction:fresh': { position: START, handled: 0 },
      'messages/reaction:passed': { position: there.at(-1)!.position, handled: 0 },
      [`dead-letter/${name}`]: { ...from.letter, message } as unknown as Doc,
      [`dropped/${name}`]: { ...from.letter, message, dropped: expect.anything() } as unknown as Doc,
      'refused/r/e/0': { reaction: 'r', code: 'no' },
      demo: { told: true },
      move: { store: 'f00d', restores: 2 },
    })
  })

  test('to a broker: up to where each reaction has heard what the relay will tell again', async () => {
    const from = await withOps()
    const target = empty('broker')
    await restored(target, await exported(from))
    const there = target.ports.events.log.all
    const found = await kept(target.ports.ops)
    expect(Object.keys(found).filter((name) => name.startsWith('messages/'))).toEqual([])
    expect(found).toMatchObject({
      'heard/r': { position: there[2]!.position },
      'heard/fresh': { position: START },
      'heard/passed': { position: there.at(-1)!.position },
    })
  })

  test('to a broker: a reaction that begins with its deployment begins behind what moved, unless it had begun before', async () => {
    const from = await withOps()
    const target = empty('broker')
    await restored(target, await exported(from))
    const opsTarget = { ...target.ports, source: '', heard: 'broker' } as const
    const reactions = [
      { name: 'new', from: 'deployment' },
      { name: 'r', from: 'deployment' },
      { name: 'all', from: 'beginning' },
    ] as const
    await silence(opsTarget, reactions)
    const there = target.ports.events.log.all
    const found = await kept(target.ports.ops)
    expect(found).toMatchObject({
      'heard/new': { position: there.at(-1)!.position },
      'heard/r': { position: there[2]!.position },
    })
    expect(Object.keys(found)).not.toContain('heard/all')
  })

  test('again changes nothing', async () => {
    const from = await withOps()
    const target = empty('store')
    const text = await exported(from)
    const killed = { ...target, finish: () => Promise.reject(new Error('killed')) }
    await expect(restored(killed, text)).rejects.toThrow('killed')
    const before = await target.ports.ops.list(HOUSE, '')
    await restored(target, text)
    expect(await target.ports.ops.list(HOUSE, '')).toEqual(before)
  })

  test('a name that nobody has decided about is refused', async () => {
    const from = await source(1)
    await from.ops.set(HOUSE, 'something-new', 1, 'none')
    await expect(exported(from)).rejects.toMatchObject({ code: 'ops-unknown' })
  })
})
