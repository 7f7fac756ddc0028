import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { cpSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openFolder } from '@rapport/sqlite'
import { crashingAt } from '@rapport/testing'
import { bostonMapping, madeUpBoston } from './boston.fixture.ts'
import { rapport, rapportJson, running, scratch, started, until } from './cli.fixture.ts'
import { contentOf, withKeys } from './store.fixture.ts'

jest.setTimeout(300_000)

const ROWS = 400
const folder = scratch('crash')
afterAll(() => folder.clean())
const file = folder.path('requests.csv')
const undisturbed = folder.path('undisturbed')

const importInto = (data: string) => [
  ...['import', 'communication', file, '--mapping', bostonMapping, '--data', data],
  ...['--rejected', `${data}.rejected.csv`],
]

const freshWith = (keysOf: string, name: string): Promise<string> => withKeys(keysOf, folder.path(name))

/** Imports again what a kill cut short, and holds it against the run that nobody disturbed. */
async function resumed(data: string, options: { ids: boolean }): Promise<void> {
  const [summary] = await rapportJson<{ rows: number; recorded: number; unchanged: number; rejected: number }>(
    importInto(data),
  )
  expect(summary).toMatchObject({ rows: ROWS, rejected: ROWS / 50 })
  expect(summary!.recorded + summary!.unchanged).toBe(ROWS - ROWS / 50)
  expect(await contentOf(data, options)).toEqual(await contentOf(undisturbed, options))
  const [examined] = await rapportJson<{ findings: unknown[] }>(['doctor', '--data', data])
  expect(examined!.findings).toEqual([])
}

beforeAll(async () => {
  writeFileSync(file, madeUpBoston(ROWS))
  // The first start of a tenant makes its secrets.
  const first = await openFolder(folder.path('secrets'))
  await first.keys.secrets('main', true)
  await first.close()
  cpSync(folder.path('secrets'), undisturbed, { recursive: true })
  const [summary] = await rapportJson(importInto(undisturbed))
  expect(summary).toEqual({ rows: ROWS, recorded: 392, unchanged: 0, rejected: 8, events: 682 })
})

describe('an import that is killed by kill -9 and run again leaves the store of an undisturbed run', () => {
  test.each([
    ['between two facts of a row', 'rapport.crash.inside-import', 150],
    ['before a group of appends', 'rapport.crash.before-append', 12],
    ['before the COMMIT of the event that begins it', 'rapport.crash.inside-group', 1],
    ['before the COMMIT of a group', 'rapport.crash.inside-group', 14],
    ['after the COMMIT of a group, unanswered', 'rapport.crash.after-commit', 16],
    ['between documents and their checkpoint', 'rapport.crash.between-document-and-checkpoint', 40],
  ])('killed %s', async (_, point, nth) => {
    const data = await freshWith(folder.path('secrets'), `${point}.${nth}`)
    const killed = await rapport(importInto(data), { crash: crashingAt(point, nth) })
    expect(killed).toMatchObject({ code: null, signal: 'SIGKILL' })
    await resumed(data, { ids: false })
  })

  test('killed at any time, twice', async () => {
    const data = await freshWith(folder.path('secrets'), 'any-time')
    for (const ms of [Math.random() * 200, Math.random() * 200]) {
      const { child, ended } = running(importInto(data))
      // The log of the events grows from the first append on.
      const before = sizeOf(`${data}/events.db-wal`)
      await until(() => sizeOf(`${data}/events.db-wal`) > before + 50_000)
      await sleep(ms)
      child.kill('SIGKILL')
      expect(await ended).toMatchObject({ signal: 'SIGKILL' })
    }
    await resumed(data, { ids: false })
  })

  test('killed while another process sends the rows, which hears that the server is gone', async () => {
    const data = await freshWith(folder.path('secrets'), 'server')
    const server = await started(data, { crash: crashingAt('rapport.crash.inside-import', 100) })
    const { code, stderr } = await rapport(importInto(data))
    expect({ code, stderr }).toMatchObject({ code: 7, stderr: expect.stringContaining(server.url) })
    expect(await server.ended).toMatchObject({ signal: 'SIGKILL' })
    await resumed(data, { ids: false })
  })

  test('under the same subject keys also with the same ids', async () => {
    const data = await freshWith(undisturbed, 'same-keys')
    await rapport(importInto(data), { crash: crashingAt('rapport.crash.inside-import', 200) })
    await resumed(data, { ids: true })
  })
})

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
