import { describe, expect, test } from '@jest/globals'
import { HOUSE, MemoryKeys, streamName } from '@rapport/events'
import { anId, TENANT } from '@rapport/testing'
import { registry } from '../house.ts'
import { empty, exported, restored, source, type Exported, type Given } from './move.fixture.ts'

describe('what is exported and restored', () => {
  test('is the same, byte for byte, in the same order, with its keys and the instants of both clocks', async () => {
    const from = await source()
    const text = await exported(from)
    expect(text.order).toMatch(/^k+!e+$/)
    const target = empty()
    expect(await restored(target, text, 7)).toEqual({
      store: { id: 'f00d', restores: 3 },
      events: from.all.length,
      keys: from.kids.length,
    })
    expect(target.became).toEqual([{ id: 'f00d', restores: 3 }])
    expect(target.ports.events.log.all).toEqual(from.all)
    expect(target.ports.keys.data).toEqual(from.keys.data)
  })

  test('is written while others write: it ends at one head', async () => {
    const from = await source()
    const { length } = from.all
    let growing = false
    const target = empty()
    const text = await exported({
      ...from,
      keys: new Proxy(from.keys, {
        get(keys, name) {
          if (name === 'tenants' && !growing) {
            growing = true
            void from.memory.send(registry.decision('engagements.client', 'register')!, { name: 'Late' })
          }
          const value: unknown = Reflect.get(keys, name, keys)
          return typeof value === 'function' ? value.bind(keys) : value
        },
      }),
    })
    expect(from.all.length).toBeGreaterThan(length)
    expect(await restored(target, text)).toMatchObject({ events: length })
  })

  test('may be nothing', async () => {
    const none = empty()
    expect(await restored(empty(), await exported(none.ports))).toMatchObject({ events: 0, keys: 0 })
  })
})

describe('what is cut short', () => {
  test('is gone on with by the same export, or a newer one of the same store', async () => {
    const from = await source(300)
    const text = await exported(from)
    const target = empty()
    const cut = text.export.slice(0, text.export.length - 100)
    await expect(restored(target, { ...text, export: cut })).rejects.toMatchObject({ code: 'export-incomplete' })
    expect(target.ports.events.log.all.length).toBeGreaterThan(0)
    expect(target.ports.events.log.all.length).toBeLessThan(from.all.length)
    expect(target.became).toEqual([])
    await from.memory.send(registry.decision('engagements.client', 'register')!, { name: 'Meanwhile' })
    expect(await restored(target, await exported(from))).toMatchObject({ events: 601 })
    expect(target.ports.events.log.all).toEqual(from.all)
  })

  test('is not gone on with by another store, nor by an export that is older', async () => {
    const from = await source(2)
    const older = await exported(from)
    await from.memory.send(registry.decision('engagements.client', 'register')!, { name: 'Meanwhile' })
    const newer = await exported(from)
    const target = empty()
    await expect(restored({ ...target, finish: () => Promise.reject(new Error('killed')) }, newer)).rejects.toThrow(
      'killed',
    )
    await expect(restored(target, older)).rejects.toMatchObject({ code: 'target-changed' })
    const other = await exported(await source(1), { id: 'beef', restores: 0 })
    await expect(restored(target, other)).rejects.toMatchObject({ code: 'target-not-empty' })
    expect(await restored(target, newer)).toMatchObject({ events: 5 })
  })

  test('is not gone on with where others wrote meanwhile', async () => {
    const from = await source(300)
    const text = await exported(from)
    const target = empty()
    await expect(restored(target, { ...text, export: text.export.slice(0, -100) })).rejects.toMatchObject({
      code: 'export-incomplete',
    })
    const stream = streamName('engagements.client', TENANT, anId(77))
    await target.ports.events.append(stream, [{ id: anId(78), type: 'Foreign', metadata: '{}', data: '{}' }], 'none')
    await expect(restored(target, text)).rejects.toMatchObject({ code: 'target-changed' })
  })
})

describe('a target', () => {
  const full: readonly (readonly [string, (target: ReturnType<typeof empty>) => Promise<unknown>])[] = [
    [
      'events',
      ({ ports }) =>
        ports.events.append(
          streamName('engagements.client', TENANT, anId(1)),
          [{ id: anId(2), type: 'Happened', metadata: '{}', data: '{}' }],
          'none',
        ),
    ],
    ['the state of a deployment', ({ ports }) => ports.ops.set(HOUSE, 'store', { id: 'x', restores: 0 }, 'none')],
    ['keys', ({ ports }) => ports.keys.secrets('other', true)],
    ['read models', ({ ports }) => ports.documents.declare({ name: 'log.g1', indexes: [] })],
  ]
  test.each(full)('that holds %s is refused, and nothing is written', async (what, fill) => {
    const target = empty()
    await fill(target)
    const text = await exported(await source(1))
    await expect(restored(target, text)).rejects.toMatchObject({
      code: 'target-not-empty',
      message: `The target is not empty: it holds ${what}.`,
    })
    expect(await target.ports.ops.get(HOUSE, 'move')).toBeUndefined()
    expect(await target.ports.keys.secrets(TENANT, false)).toBeUndefined()
  })
})

describe('bad input', () => {
  /** Nothing of the export is taken. */
  async function refused(text: Pick<Exported, 'export' | 'keys'>, code: string, events = 0): Promise<void> {
    const target = empty()
    await expect(restored(target, text)).rejects.toMatchObject({ code })
    expect(target.ports.events.log.all.length).toBe(events)
    expect(target.became).toEqual([])
  }

  test('a changed line is refused before it is taken', async () => {
    const text = await exported(await source(300))
    expect(text.export.match(/"check"/g)!.length).toBe(3)
    await refused({ ...text, export: text.export.replace('"revision":0', '"revision":1') }, 'export-damaged')
    // The first 500 lines stand: their check was right.
    const at = text.export.lastIndexOf('2026-')
    await refused(
      { ...text, export: `${text.export.slice(0, at)}2025-${text.export.slice(at + 5)}` },
      'export-damaged',
      500,
    )
    const lines = text.export.split('\n')
    await refused({ ...text, export: lines.filter((_, n) => n !== 9).join('\n') }, 'export-damaged')
    await refused(
      { ...text, export: [...lines.slice(0, 9), lines[10], lines[9], ...lines.slice(11)].join('\n') },
      'export-damaged',
    )
    await refused({ ...text, export: `${text.export}{}\n` }, 'export-damaged', 600)
    await refused({ ...text, export: text.export.replace('{"event"', '\u0000{"event"') }, 'export-damaged')
  })

  test('a cut is noticed, wherever it is', async () => {
    const text = await exported(await source(2))
    await refused({ ...text, export: '' }, 'export-incomplete')
    const ends = [...text.export.matchAll(/\n/g)].map(({ index }) => index + 1)
    for (const end of ends.slice(0, -1))
      await refused({ ...text, export: text.export.slice(0, end) }, 'export-incomplete')
    await refused({ ...text, keys: text.keys.slice(0, text.keys.lastIndexOf('{"end"')) }, 'export-incomplete')
  })

  test('something else, another file of keys, and a newer format are called what they are', async () => {
    const text = await exported(await source(2))
    await refused({ ...text, export: 'Ticket,Date,Time\n' }, 'not-an-export')
    await refused({ ...text, export: '{"a":1}\n' }, 'not-an-export')
    await refused({ ...text, export: text.keys }, 'not-an-export')
    await refused({ ...text, keys: text.export }, 'not-an-export')
    await refused({ ...text, export: text.export.replace('"format":1', '"format":2') }, 'newer-file')
    await refused({ ...text, keys: text.keys.replace('"format":1', '"format":2') }, 'newer-file')
    await refused({ ...text, keys: (await exported(await source(1))).keys }, 'keys-mixed-up')
    const key = /"key":"(.)/.exec(text.keys)!
    const other = text.keys.replace(key[0], `"key":"${key[1] === 'A' ? 'B' : 'A'}`)
    await refused({ ...text, keys: other }, 'export-damaged')
  })

  test('an event whose key or whose secrets are missing is refused', async () => {
    const from = await source(2)
    const without = (change: (keys: MemoryKeys) => void): Given => {
      const keys = new MemoryKeys({ data: structuredClone(from.keys.data) })
      change(keys)
      return { ...from, keys }
    }
    const keyless = without(({ data }) => void data.keys.get(TENANT)!.delete(from.kids[0]!))
    await refused(await exported(keyless), 'key-missing')
    await refused(await exported(without(({ data }) => void data.secrets.delete(TENANT))), 'secrets-missing')
  })
})
