import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { KeyRing, MemoryEventStore, MemoryKeys, StorageFull } from '@rapport/events'
import type { Doc, NewEvent } from '@rapport/events'
import { importFile } from './import-file.ts'
import { membersOf } from './members.ts'
import { parseMapping } from './mapping.ts'
import { groupsMapping, libraryWithReaders } from './readers.fixture.ts'
import { ImportSession } from './session.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A store in memory that fails from its n-th append on. */
class Store extends MemoryEventStore {
  left = Infinity
  override async append(stream: string, events: readonly NewEvent[], expected: number | 'none') {
    if (this.left-- <= 0) throw new StorageFull()
    return super.append(stream, events, expected)
  }
}
const world = () => ({ store: new Store(), keys: new MemoryKeys({ seed: 'members' }) })
type World = ReturnType<typeof world>

interface Row {
  readonly id: string
  readonly guests?: readonly unknown[]
  readonly [name: string]: unknown
}
const row = (id: string, ...guests: readonly unknown[]): Row => ({
  id,
  branch: 'North',
  day: '2024-02-01',
  note: `visit ${id}`,
  guests,
})
const ada = { no: '1', name: 'Ada' }
const ben = { no: '2', name: 'Ben', kind: 'blue' }

const run = (w: World, rows: readonly Row[], { onChange = 'keep', dryRun = false } = {}) => {
  const file = join(folder, 'visits.jsonl')
  writeFileSync(file, rows.map((r) => JSON.stringify(r)).join('\n'))
  const mapping = parseMapping(groupsMapping(onChange))
  const house = { ...w, registry: libraryWithReaders, clock: () => Temporal.Instant.from('2026-01-01T00:00:00Z') }
  const actor = { id: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', kind: 'connector', role: 'pm' } as const
  return importFile({
    file,
    mapping,
    sink: () => ImportSession.open({ mapping, tenant: 'main', house, actor, dryRun }),
  })
}
const rejections = (): readonly unknown[] =>
  readFileSync(join(folder, 'visits.jsonl.rejected.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => [(JSON.parse(line) as { record: number }).record, (JSON.parse(line) as { code: string }).code])

/** What stands, opened, by type in recorded order. */
async function standing({ store, keys }: World, type: string): Promise<readonly Doc[]> {
  const ring = new KeyRing(keys)
  const found = store.log.all.filter((e) => e.type === type)
  return (await Promise.all(found.map((e) => ring.open('main', JSON.parse(e.data) as Doc)))) as Doc[]
}
const idsOf = ({ store }: World, type: string): readonly string[] =>
  store.log.all.filter((e) => e.type === type).map((e) => e.stream.split('~')[1]!)

describe('a fact for each member of a list', () => {
  test('what a member says stands beside the columns of its row; a member that is a text is the column itself', () => {
    const columns = new Map<string, string | readonly string[]>([
      ['id', '7'],
      ['guests', ['{"no":"1","at":{"door":2}}', 'Ada', '{no']],
    ])
    expect(membersOf(columns, 'guests').map((view) => [...view])).toEqual([
      [
        ['id', '7'],
        ['guests', columns.get('guests')],
        ['guests.no', '1'],
        ['guests.at.door', '2'],
      ],
      [
        ['id', '7'],
        ['guests', 'Ada'],
      ],
      [
        ['id', '7'],
        ['guests', '{no'],
      ],
    ])
    expect(membersOf(columns, 'id')).toEqual([])
  })

  test('stands once however many rows tell it, and the facts behind it refer to it', async () => {
    const w = world()
    expect(await run(w, [row('a', ada, ben), row('b', ben, ben), row('c')])).toMatchObject({ recorded: 3, rejected: 0 })
    expect(await standing(w, 'ReaderCame')).toEqual([{ name: 'Ada' }, { name: 'Ben' }])
    const [first, second] = idsOf(w, 'ReaderCame')
    expect(await standing(w, 'CardGiven')).toEqual([
      { reader: first, kind: 'plain' },
      { reader: second, kind: 'blue' },
    ])
    const [one, two] = idsOf(w, 'CardGiven')
    expect(await standing(w, 'Visited')).toEqual([
      { note: 'visit a', cards: [one, two] },
      { note: 'visit b', cards: [two] },
      { note: 'visit c' },
    ])
    expect(await run(w, [row('a', ada, ben), row('b', ben, ben), row('c')])).toMatchObject({ unchanged: 3, events: 0 })
  })

  test('is what the first row says, where it is kept; otherwise a row that says something else is rejected', async () => {
    const rows = [row('a', ada), row('b', { ...ada, name: 'Adah' }), row('c', ben)]
    const kept = world()
    expect(await run(kept, rows)).toMatchObject({ recorded: 3, rejected: 0 })
    expect(await standing(kept, 'ReaderCame')).toEqual([{ name: 'Ada' }, { name: 'Ben' }])
    const w = world()
    expect(await run(w, rows, { onChange: 'reject' })).toMatchObject({ recorded: 2, rejected: 1 })
    expect(rejections()).toEqual([[2, 'changed']])
  })

  test('refused, takes its whole row with it, whichever fact it is', async () => {
    const w = world()
    const rows = [
      row('a', ada, { no: '3', name: 'Ghost' }),
      row('b', ben, { no: '4', name: 'Cy', kind: 'golden' }),
      row('c', { no: '', name: 'Nobody' }),
      { ...row('d', ben), note: 'closed' },
      row('e', ben),
    ]
    expect(await run(w, rows, { dryRun: true })).toMatchObject({ recorded: 1, rejected: 4, events: 6 })
    expect(w.store.log.all).toEqual([])
    expect(await run(w, rows)).toMatchObject({ recorded: 1, rejected: 4, events: 6 })
    expect(rejections()).toEqual([
      [1, 'ghost'],
      [2, 'no-such-card'],
      [3, 'key-missing'],
      [4, 'closed'],
    ])
    expect(await standing(w, 'ReaderCame')).toEqual([{ name: 'Ben' }])
  })

  test('a list that changes is another content of the fact that refers to its members', async () => {
    const w = world()
    await run(w, [row('a', ada)])
    expect(await run(w, [row('a', ada, ben)])).toMatchObject({ recorded: 0, rejected: 1 })
    expect(rejections()).toEqual([[1, 'changed']])
  })

  test('continues at any append and ends with the streams of an undisturbed run', async () => {
    const rows = [row('a', ada, ben), row('b', ben, { no: '3', name: 'Cy' }), { ...row('c', ada), branch: 'South' }]
    const whole = world()
    await run(whole, rows)
    const appends = whole.store.log.all.length
    const types = async (w: World) => Promise.all(['ReaderCame', 'CardGiven', 'Visited'].map((t) => standing(w, t)))
    for (let kill = 1; kill < appends; kill++) {
      const w = world()
      w.store.left = kill
      await expect(run(w, rows)).rejects.toThrow(StorageFull)
      w.store.left = Infinity
      const { recorded, rejected } = await run(w, rows)
      expect([kill, recorded > 0, rejected]).toEqual([kill, kill < appends - 1, 0])
      expect(new Set(w.store.log.all.map((e) => e.id))).toEqual(new Set(whole.store.log.all.map((e) => e.id)))
      expect(await types(w)).toEqual(await types(whole))
    }
  })
})

test.each([
  ['a list without a key', '    key: [guests.no]\n', '', 'expected a key'],
  ['a fact that stands below', 'reader: { fact: reader }', 'reader: { fact: visit }', 'stands above card'],
  ['a context that is none', 'readers/card', 'gardeners/card', 'expected one of visit, library/visit, readers/reader'],
  ['a fact that is read', '{ fact: card }', '{ fact: card, split: x }', 'stands alone'],
])('a mapping with %s is refused', async (_what, from, to, expected) => {
  const open = async () =>
    ImportSession.open({
      mapping: parseMapping(groupsMapping().replace(from, to)),
      tenant: 'main',
      house: { ...world(), registry: libraryWithReaders, clock: () => Temporal.Instant.from('2026-01-01T00:00:00Z') },
      actor: { id: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', kind: 'connector', role: 'pm' },
    })
  await expect(open()).rejects.toMatchObject({ code: 'mapping-invalid', message: expect.stringContaining(expected) })
})
