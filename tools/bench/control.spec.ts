import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { canonical, streamPattern, uuidPattern } from '@rapport/events'
import { openFolder } from '@rapport/sqlite'
import { join } from 'node:path'
import { catchUp } from './catchup.ts'
import { ProjectionControl } from './control/projection.ts'
import { contact, interactionStream } from './sample.ts'
import { filled } from './stores.ts'
import { heap, Run, type Measured, type Work } from './work.ts'

jest.setTimeout(120_000)

const EVENTS = 12_000
/** Megabytes. The texts of the last three quarters of these events are half as much again, and what they are parsed into more. */
const ROOM = 8

const run = new Run({ quick: false })
afterAll(() => run.end())
const within = (perform: Work['run']) => {
  const work: Work = { name: 'spec', unit: 'events/s', goal: 1, words: '', why: '', run: perform }
  return run.perform(work)
}
const nothing: Measured = { ours: [], control: [] }

describe('the sample', () => {
  test('is what a store takes and what the product stores', () => {
    const logged = contact(3)
    for (const event of [logged, contact(3, logged.id)]) {
      expect(event.id).toMatch(uuidPattern)
      for (const text of [event.metadata, event.data]) expect(canonical(JSON.parse(text))).toBe(text)
    }
    expect(interactionStream()).toMatch(streamPattern)
  })
})

describe('a catch-up', () => {
  let held: readonly number[]
  let mine: Record<string, Record<string, unknown>>
  let theirs: typeof mine

  beforeAll(() =>
    within(async (setting) => {
      const dir = await filled(setting, EVENTS)
      held = (await catchUp(setting, dir, EVENTS, 4)).held
      const folder = await openFolder(dir, { readonly: true })
      const control = new ProjectionControl(join(setting.folder('again'), 'documents.db'), join(dir, 'events.db'))
      control.catchUp(EVENTS)
      mine = {}
      theirs = {}
      for (const table of ['log', 'interactions', 'contacts']) {
        const documents: Record<string, unknown> = (mine[table] = {})
        for await (const { id, text } of folder.documents.scan(`${table}.v1.internal.g1`))
          documents[id] = JSON.parse(text!)
        const rows = control.db.prepare(`SELECT id, body FROM ${table}`).all()
        theirs[table] = Object.fromEntries(rows.map(({ id, body }) => [id, JSON.parse(String(body))]))
      }
      control.close()
      await folder.close()
      return nothing
    }),
  )

  test.each(['log', 'interactions', 'contacts'])('of the control makes the documents that ours makes: %s', (table) => {
    const ids = Object.keys(mine[table]!)
    expect(ids).toHaveLength(table === 'log' ? EVENTS : EVENTS * 0.9)
    expect(Object.keys(theirs[table]!).sort()).toEqual(ids.sort())
    const other = ids.filter((id) => canonical(mine[table]![id]) !== canonical(theirs[table]![id]))
    expect(other.map((id) => [mine[table]![id], theirs[table]![id]])).toEqual([])
  })

  test('holds no more after all of its events than after a quarter of them', () => {
    expect(held.at(-1)! - held[0]!).toBeLessThan(ROOM)
  })
})

describe('a replay', () => {
  test('holds no more at its end than after its first page', () =>
    within(async (setting) => {
      const folder = await openFolder(await filled(setting, EVENTS))
      const held: number[] = []
      let seen = 0
      for await (const { events, caughtUp } of folder.events.follow({
        from: '',
        prefixes: [],
        signal: new AbortController().signal,
      })) {
        seen += events.length
        if (held.length === 0 || caughtUp) held.push(heap())
        if (caughtUp) break
      }
      await folder.close()
      expect(seen).toBe(EVENTS)
      expect(held.at(-1)! - held[0]!).toBeLessThan(ROOM)
      return nothing
    }))
})
