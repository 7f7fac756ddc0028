import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { crashingAt } from '@rapport/testing'
import { rapport } from './cli.fixture.ts'
import { exportText, fill, moving } from './moving.fixture.ts'

jest.setTimeout(300_000)

const { folder, data, file, keys, restore } = moving('move-refused')
afterAll(() => folder.clean())

let whole: string
beforeAll(async () => {
  await fill(data)
  whole = await exportText(data, keys('whole'))
  writeFileSync(file('whole'), whole)
})

/** The command ends with this code, and no data folder stands where it should have gone. */
async function refused(from: string, keyFile: string, error: string, code = 1): Promise<void> {
  const ran = await restore(from, keyFile, `refused-${error}`)
  expect({ ...(JSON.parse(ran.stdout) as object), code: ran.code }).toMatchObject({ error, code })
  const left = folder.path(`refused-${error}`)
  expect(existsSync(left) ? readdirSync(left).filter((name) => name !== '.partial') : []).toEqual([])
}

describe('what is refused', () => {
  test('an export that was cut, changed, is something else, or is of a newer release', async () => {
    writeFileSync(file('cut'), whole.slice(0, -50))
    await refused(file('cut'), keys('whole'), 'export-incomplete')
    writeFileSync(file('changed'), whole.replace('Berlin', 'Dublin').replace('"revision":1', '"revision":2'))
    await refused(file('changed'), keys('whole'), 'export-damaged')
    writeFileSync(file('other'), 'Ticket,Date\n1,2\n')
    await refused(file('other'), keys('whole'), 'not-an-export', 2)
    writeFileSync(file('newer'), whole.replace('"format":1', '"format":2'))
    await refused(file('newer'), keys('whole'), 'newer-file')
    await refused(folder.path('nowhere'), keys('whole'), 'file-missing', 5)
  })

  test('keys of another export, changed ones, and none', async () => {
    await fill(folder.path('second'))
    await exportText(folder.path('second'), keys('second'))
    await refused(file('whole'), keys('second'), 'keys-mixed-up', 2)
    const text = readFileSync(keys('whole'), 'utf8')
    writeFileSync(keys('changed'), text.replace(/"key":"../, '"key":"__'))
    await refused(file('whole'), keys('changed'), 'export-damaged')
    await refused(file('whole'), keys('nowhere'), 'file-missing', 5)
  })

  test('a folder that holds something, and one where another store was begun', async () => {
    mkdirSync(folder.path('full'))
    writeFileSync(folder.path('full/mine.txt'), 'mine')
    for (const into of ['full', 'data'])
      expect(await restore(file('whole'), keys('whole'), into)).toMatchObject({
        code: 2,
        stdout: expect.stringContaining('target-not-empty'),
      })
    expect(readdirSync(folder.path('full'))).toEqual(['mine.txt'])
    writeFileSync(file('second'), await exportText(folder.path('second'), keys('second-again')))
    const half = { crash: crashingAt('rapport.crash.inside-move', 3) }
    expect(await restore(file('whole'), keys('whole'), 'begun', half)).toMatchObject({ signal: 'SIGKILL' })
    expect(await restore(file('second'), keys('second-again'), 'begun')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('target-not-empty'),
    })
  })

  test('a file of keys that exists, or would lie in the data folder, and a command that names neither or both', async () => {
    const told = async (args: readonly string[]) => (await rapport(args)).stderr
    const at = ['--data', data]
    expect(await told(['export', ...at, '--keys', keys('whole')])).toContain('exists')
    expect(await rapport(['export', ...at, '--keys', `${data}/keys`])).toMatchObject({ code: 2, stdout: '' })
    expect(existsSync(`${data}/keys`)).toBe(false)
    expect(await rapport(['export', '--data', folder.path('nothing'), '--keys', keys('x')])).toMatchObject({ code: 5 })
    expect(existsSync(keys('x'))).toBe(false)
    expect(await rapport(['restore', '--keys', keys('whole')])).toMatchObject({ code: 2 })
    expect(await rapport(['restore', 'a', '--from-export', '--keys', keys('whole')])).toMatchObject({ code: 2 })
  })

  test('no name, mail address or text is readable in an export; its keys hold none either', () => {
    for (const text of [whole, readFileSync(keys('whole'), 'utf8')])
      for (const personal of ['Quittenbaum', 'anna@riverside', 'Anna reported', 'Mia Manager'])
        expect(text).not.toContain(personal)
  })
})
