import { randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { KeyRing, MemoryEventStore, MemoryKeys, StorageFull } from '@rapport/events'
import type { Doc, Metadata, NewEvent } from '@rapport/events'
import { importFile } from './import-file.ts'
import type { ImportOptions } from './import-file.ts'
import { library, visitsMapping } from './library.fixture.ts'
import { parseMapping } from './mapping.ts'
import { ImportSession } from './session.ts'

const head = 'Id,Branch,Town,Came,Went,Note\n'
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A store in memory that can fail at its n-th append, as a process that is killed there. */
class Store extends MemoryEventStore {
  left = Infinity
  appends = 0
  override async append(stream: string, events: readonly NewEvent[], expected: number | 'none') {
    if (this.left-- <= 0) throw new StorageFull()
    this.appends++
    return super.append(stream, events, expected)
  }
}

const world = () => {
  const store = new Store()
  const keys = new MemoryKeys({ seed: 'import' })
  return {
    store,
    keys,
    house: { store, keys, registry: library, clock: () => Temporal.Instant.from('2026-01-01T00:00:00Z') },
  }
}
type World = ReturnType<typeof world>

const session = (w: World, mapping = parseMapping(visitsMapping()), dryRun = false) =>
  ImportSession.open({
    mapping,
    tenant: 'main',
    house: w.house,
    actor: { id: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', kind: 'connector', role: 'pm' },
    dryRun,
  })

const run = (w: World, rows: string, options: Partial<ImportOptions> & { extra?: string } = {}) => {
  const file = join(folder, 'visits.csv')
  writeFileSync(file, head + rows)
  const { extra, ...more } = options
  const mapping = parseMapping(visitsMapping(extra))
  return importFile({ file, mapping, sink: () => session(w, mapping, options.dryRun), ...more })
}
const rejections = (): readonly string[] =>
  readFileSync(join(folder, 'visits.csv.rejected.csv'), 'utf8')
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 3).join(' '))

/** What stands, stream by stream, opened: the comparison of contracts.md §8. */
async function standing({ store, keys }: World): Promise<Readonly<Record<string, unknown>>> {
  const ring = new KeyRing(keys)
  const found: Record<string, unknown> = {}
  for (const [name, events] of store.log.streams)
    found[name] = await Promise.all(
      events.map(async (e) => {
        const { commandId, occurredAt, occurredOn, import: origin } = JSON.parse(e.metadata) as Metadata
        return {
          id: e.id,
          type: e.type,
          data: await ring.open('main', JSON.parse(e.data) as Doc),
          commandId,
          occurredAt,
          occurredOn,
          batch: origin?.batch,
        }
      }),
    )
  return found
}
const types = ({ store }: World): readonly string[] => store.log.all.map((e) => e.type)

const three = `1,North,Ulm,2024-02-01,2024-02-02,a
2,North,Ulm,2024-02-01,,b
3,South,Ulm,2024-02-01,2024-02-03,c
`

describe('an import', () => {
  test('records each fact of each row once, after the import and the engagement that it belongs to', async () => {
    const w = world()
    expect(await run(w, three)).toEqual({
      rows: 3,
      recorded: 3,
      unchanged: 0,
      rejected: 0,
      events: 5 + 5,
      notes: [{ text: 'Still there.', rows: 1, records: [2] }],
    })
    const found = types(w)
    expect(found.slice(0, 4)).toEqual(['Started', 'TownNamed', 'BranchOpened', 'Added'])
    expect(found.filter((t) => t === 'Visited')).toHaveLength(5)
    expect(found.filter((t) => t === 'TownNamed')).toHaveLength(1)
    expect(found.at(-1)).toBe('Ended')
    const visit = JSON.parse(w.store.log.all.find((e) => e.type === 'Visited')!.metadata) as Metadata
    expect(visit).toMatchObject({
      occurredOn: '2024-02-01',
      zone: 'Europe/Berlin',
      import: { batch: w.store.log.all[0]!.id, source: 'gate', reference: '1' },
    })
    expect(visit.late).toBeUndefined()
  })

  test('that adds nothing records nothing', async () => {
    const w = world()
    await run(w, three)
    const before = types(w).length
    expect(await run(w, three)).toMatchObject({ rows: 3, recorded: 0, unchanged: 3, rejected: 0, events: 0 })
    expect(types(w)).toHaveLength(before)
    expect(await run(w, '')).toMatchObject({ rows: 0, events: 0 })
    expect(types(w)).toHaveLength(before)
  })

  test('brings what a later file has more, under an import of its own', async () => {
    const w = world()
    await run(w, three)
    expect(await run(w, three.replace('2024-02-01,,b', '2024-02-01,2024-02-09,b'))).toMatchObject({
      recorded: 1,
      unchanged: 2,
      events: 2,
    })
    expect(types(w).slice(-4)).toEqual(['Started', 'Added', 'Visited', 'Ended'])
  })

  test('BR-36 of the same file with another mark, delimiter and line end adds nothing', async () => {
    const w = world()
    await run(w, three)
    expect(await run(w, '', {})).toMatchObject({ rows: 0 })
    const file = join(folder, 'excel.csv')
    writeFileSync(file, `\ufeff${(head + three).replaceAll(',', ';').replaceAll('\n', '\r\n')}`)
    expect(await run(w, three, { file })).toMatchObject({ rows: 3, unchanged: 3, events: 0 })
  })

  test('rejects a row whole, with the code that a person would have got, and takes the others', async () => {
    const w = world()
    const summary = await run(
      w,
      `1,North,Ulm,2024-02-01,2024-02-30,a\n2,North,Ulm,2024-02-01,,closed\n3,North,Ulm,2024-02-01,2024-02-02,${'x'.repeat(38)}\n${three.replaceAll(/^/gm, '1').slice(0, -1)}`,
    )
    expect(summary).toMatchObject({
      rows: 6,
      recorded: 3,
      rejected: 3,
      rejectedFile: join(folder, 'visits.csv.rejected.csv'),
    })
    expect(rejections()).toEqual(['1 2 date-invalid', '2 3 closed', '3 4 invalid-command'])
    expect(types(w).filter((t) => t === 'Visited')).toHaveLength(5)
  })

  test('opens no engagement for rows that are all refused', async () => {
    const w = world()
    expect(await run(w, '1,North,Ulm,2024-02-01,,closed\n2,East,Ghost,2024-02-01,,a\n')).toMatchObject({
      rejected: 2,
      events: 0,
    })
    expect(rejections()).toEqual(['1 2 closed', '2 3 ghost-town'])
    expect(types(w)).toEqual([])
    expect(await w.keys.list('main')).toEqual([])
  })

  test('an exact duplicate is unchanged, the same key with other content is rejected, in file order', async () => {
    const w = world()
    const summary = await run(
      w,
      `1,North,Ulm,2024-02-01,,a\n1,North,Ulm,2024-02-01,,a\n1,North,Ulm,2024-02-01,,b\n1,South,Ulm,2024-02-01,,a\n`,
    )
    expect(summary).toMatchObject({ rows: 4, recorded: 1, unchanged: 1, rejected: 2 })
    expect(rejections()).toEqual(['3 4 changed', '4 5 changed'])
    expect(types(w)).toEqual(['Started', 'TownNamed', 'BranchOpened', 'Added', 'Visited', 'Ended'])
  })

  test('corrects where the mapping says so, once', async () => {
    const w = world()
    const extra = 'onChange: correct\n'
    await run(w, '1,North,Ulm,2024-02-01,,a\n', { extra })
    expect(await run(w, '1,North,Ulm,2024-02-05,,b\n', { extra })).toMatchObject({ recorded: 1, events: 2 })
    expect(await run(w, '1,North,Ulm,2024-02-05,,b\n', { extra })).toMatchObject({ unchanged: 1, events: 0 })
    const { occurredOn, corrects } = JSON.parse(
      w.store.log.all.find((e) => e.type === 'VisitCorrected')!.metadata,
    ) as Metadata
    expect([occurredOn, corrects?.length]).toEqual(['2024-02-05', 1])
  })

  test('rejects a row whose engagement belongs to another client, in this run and a later one', async () => {
    const w = world()
    const rows = '1,North,Ulm,2024-02-01,,a\n2,North,Bonn,2024-02-01,,b\n3,North,Ulm,2024-02-01,,c\n'
    expect(await run(w, rows, { dryRun: true })).toMatchObject({ recorded: 2, rejected: 1 })
    expect(await run(w, rows)).toMatchObject({ recorded: 2, rejected: 1 })
    const text = readFileSync(join(folder, 'visits.csv.rejected.csv'), 'utf8')
    expect(text).toMatch(/2,3,engagement-differs,.*Bonn.*Ulm/)
    const before = types(w)
    expect(await run(w, '4,North,Bonn,2024-02-01,,b\n')).toMatchObject({ rejected: 1, events: 0 })
    expect(await run(w, rows)).toMatchObject({ unchanged: 2, rejected: 1, events: 0 })
    expect(types(w)).toEqual(before)
  })

  test('a correction moves no fact to another engagement, and opens none', async () => {
    const w = world()
    const extra = 'onChange: correct\n'
    await run(w, '1,North,Ulm,2024-02-01,,a\n2,West,Ulm,2024-02-01,,a\n', { extra })
    const before = types(w)
    const moved = '1,South,Ulm,2024-02-01,,a\n2,North,Ulm,2024-02-01,,a\n'
    expect(await run(w, moved, { extra })).toMatchObject({ rejected: 2, events: 0 })
    expect(rejections()).toEqual(['1 2 engagement-differs', '2 3 engagement-differs'])
    expect(types(w)).toEqual(before)
  })

  test('a dry run tells the same, records nothing, makes no key, and writes what it would reject', async () => {
    const w = world()
    const rows = `${three}4,North,Ulm,2024-02-01,,closed\n`
    const told = await run(w, rows, { dryRun: true })
    expect([types(w), await w.keys.tenants()]).toEqual([[], []])
    expect(rejections()).toEqual(['4 5 closed'])
    expect(await run(w, rows)).toEqual(told)
  })

  test('never takes the place of a file that it did not write, and a dry run takes none away', async () => {
    const w = world()
    const target = join(folder, 'visits.csv.rejected.csv')
    await run(w, '4,North,Ulm,2024-02-01,,closed\n')
    await run(w, three, { dryRun: true })
    expect(rejections()).toEqual(['1 2 closed'])
    await run(w, three)
    expect(existsSync(target)).toBe(false)
    writeFileSync(target, 'mine')
    const before = types(w).length
    for (const rejected of [undefined, join(folder, 'visits.csv'), join(folder, 'none', 'x.csv')])
      for (const dryRun of [true, false])
        await expect(
          run(w, `${three}9,North,Ulm,2024-02-01,,a\n`, { dryRun, ...(rejected !== undefined && { rejected }) }),
        ).rejects.toMatchObject({ code: 'rejected-target' })
    expect(readFileSync(target, 'utf8')).toBe('mine')
    expect(types(w)).toHaveLength(before)
  })

  test('keys, names of streams and ids hold nothing of the file; a personal reference is an HMAC', async () => {
    const w = world()
    await run(w, '4711,North,Ulm,2024-02-01,,a\n', { extra: 'referencePersonal: true\n' })
    const outside = w.store.log.all.map(({ stream, id, metadata }) => stream + id + metadata).join()
    for (const word of ['4711', 'North', 'Nobody']) expect(outside).not.toContain(word)
  })

  test('BR-61 rows that would reach a prototype are rejected, the others are taken', async () => {
    const w = world()
    const file = join(folder, 'visits.jsonl')
    const good = { Id: 1, Branch: 'North', Town: 'Ulm', Came: '2024-02-01', Note: 'a' }
    writeFileSync(
      file,
      `{"Id":2,"__proto__":{"role":"admin"}}\n{"Id":3,"a":{"prototype":1}}\n${JSON.stringify(good)}\n`,
    )
    expect(await run(w, '', { file })).toMatchObject({
      rows: 3,
      recorded: 1,
      rejected: 2,
      rejectedFile: `${file}.rejected.jsonl`,
    })
    expect(({} as { role?: unknown }).role).toBeUndefined()
  })

  test.each([
    ['context: library', 'context: bakery', 'context'],
    ['as: visit', 'as: cake', 'facts[0].as'],
    ['note:', 'icing:', 'facts[0].fields.icing'],
    ['key: [Id]', 'key: [Id, Nr]', undefined],
  ])('refuses a mapping that does not fit before anything happens (%s → %s)', async (from, to, path) => {
    const w = world()
    writeFileSync(join(folder, 'f.csv'), head)
    const mapping = parseMapping(visitsMapping().replace(from, to))
    const importing = importFile({ file: join(folder, 'f.csv'), mapping, sink: () => session(w, mapping) })
    await expect(importing).rejects.toMatchObject(
      path === undefined
        ? { code: 'column-missing' }
        : { code: 'mapping-invalid', detail: { errors: expect.arrayContaining([expect.objectContaining({ path })]) } },
    )
    expect(await w.keys.tenants()).toEqual([])
  })
})

describe('an interrupted import', () => {
  // Several engagements, a duplicate, a change, a refusal, two facts in a row.
  const rows = `${three}2,North,Ulm,2024-02-01,,b\n5,West,Bonn,2024-02-01,2024-02-02,e\n2,North,Ulm,2024-02-01,,x\n6,West,Bonn,2024-02-01,,closed\n7,West,Bonn,2024-02-01,,g\n`

  test('continues at any append and ends with the store of an undisturbed run', async () => {
    const whole = world()
    const told = await run(whole, rows)
    const wanted = await standing(whole)
    const rejected = rejections()
    for (let at = 0; at < whole.store.appends; at++) {
      const w = world()
      w.store.left = at
      await expect(run(w, rows)).rejects.toMatchObject({ code: 'storage-full' })
      expect(existsSync(join(folder, 'visits.csv.rejected.csv.part'))).toBe(false)
      w.store.left = Infinity
      const again = await run(w, rows)
      expect({ ...again, recorded: 0, unchanged: 0, events: 0 }).toEqual({
        ...told,
        recorded: 0,
        unchanged: 0,
        events: 0,
      })
      expect(await standing(w)).toEqual(wanted)
      expect(rejections()).toEqual(rejected)
    }
  })

  test('can be interrupted between the facts of a row', async () => {
    let seen = 0
    const count = (): void => void seen++
    subscribe('rapport.crash.inside-import', count)
    await run(world(), rows)
    unsubscribe('rapport.crash.inside-import', count)
    expect(seen).toBe(3)
  })

  test('by a packed file that breaks off says so, and continues with the whole file', async () => {
    const w = world()
    const many = Array.from({ length: 9000 }, (_, n) => `${n},North,Ulm,2024-02-01,,${randomUUID()}\n`).join('')
    const packed = gzipSync(head + many)
    const file = join(folder, 'visits.csv.gz')
    writeFileSync(file, packed.subarray(0, packed.length - 2000))
    await expect(run(w, '', { file })).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringMatching(/[1-9]\d* rows before that were taken.*continues/),
    })
    writeFileSync(file, packed)
    expect(await run(w, '', { file })).toMatchObject({ rows: 9000, rejected: 0 })
    expect(types(w).filter((t) => t === 'Started')).toHaveLength(1)
  })

  test('ends by its signal, waits for what is under way, and stays open', async () => {
    const w = world()
    const stop = new AbortController()
    const many = Array.from({ length: 5000 }, (_, n) => `${n},North,Ulm,2024-02-01,,n${n}\n`).join('')
    await expect(
      run(w, many, { signal: stop.signal, progress: (c) => c.rows === 100 && stop.abort(new Error('enough')) }),
    ).rejects.toThrow('enough')
    expect(types(w)).not.toContain('Ended')
    expect(await run(w, many)).toMatchObject({ rows: 5000, rejected: 0 })
    const ends = w.store.log.all.filter((e) => e.type === 'Ended').map((e) => JSON.parse(e.data) as Doc)
    expect(ends).toEqual([{ rows: 5000, recorded: 5000, unchanged: 0, rejected: 0 }])
    expect(types(w).filter((t) => t === 'Started')).toHaveLength(1)
  })
})

test('BR-38 a line break inside quotes stays in its text, and the row behind it is rejected by its physical line', async () => {
  const w = world()
  expect(
    await run(w, `K-7,North,Ulm,2024-02-01,,"第一行\n第二行, ""引号"""\nK-8,North,Ulm,2024-02-31,,x\n`),
  ).toMatchObject({ recorded: 1, rejected: 1 })
  expect(rejections()).toEqual(['2 4 date-invalid'])
  const visit = Object.values(await standing(w))
    .flat()
    .find((e) => (e as { type: string }).type === 'Visited')
  expect(visit).toMatchObject({ data: { note: '第一行\n第二行, "引号"' } })
})
