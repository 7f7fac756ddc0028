import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { crashingAt } from '@rapport/testing'
import { openFolder } from './index.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-crash-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

const CALLERS = 8
interface Told {
  readonly did: 'ask' | 'ack'
  readonly stream: string
  readonly id: string
  readonly expected: 'none' | number
  readonly revision?: number
  readonly position?: string
}

/** Eight callers that append for ever, telling what they ask for before and what they were answered after. */
const appending = (url: string): string => `
  const { writeSync } = await import('node:fs')
  const { openFolder } = await import(${JSON.stringify(url)})
  const folder = await openFolder(${JSON.stringify(dir)})
  const tell = (told) => writeSync(1, JSON.stringify(told) + '\\n')
  await Promise.all(Array.from({ length: ${CALLERS} }, async () => {
    const stream = 'quality.finding-acme~' + crypto.randomUUID()
    for (let expected = 'none'; ; ) {
      const id = crypto.randomUUID()
      tell({ did: 'ask', stream, id, expected })
      const stored = await folder.events.append(stream, [{ id, type: 'Found', metadata: '{}', data: '{}' }], expected)
      tell({ did: 'ack', stream, id, expected, ...stored })
      expected = stored.revision
    }
  }))`

/** What the process told until it died. */
async function died(program: string, how: ReturnType<typeof crashingAt>, afterMs?: number): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env
  const args = ['--conditions=@rapport/source', ...how.execArgv, '--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...env, ...how.env } })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (text === '' && afterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), afterMs)
    text += chunk
  })
  const closed = once(child, 'close')
  expect(await closed).toEqual([null, 'SIGKILL'])
  return text
}

const lines = (text: string): Told[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Told)

describe('kill -9 while eight callers append', () => {
  const never = { execArgv: [], env: {} }
  it.each([
    ['before an append', crashingAt('rapport.crash.before-append', 7), undefined],
    ['inside a group', crashingAt('rapport.crash.inside-group', 7), undefined],
    ['after COMMIT, before the answers', crashingAt('rapport.crash.after-commit', 7), undefined],
    ...Array.from({ length: 4 }, () => ['anywhere', never, Math.floor(Math.random() * 300)] as const),
  ] as const)('%s loses nothing that was answered and doubles nothing', async (point, how, afterMs) => {
    const told = lines(await died(appending(new URL('./index.ts', import.meta.url).href), how, afterMs))
    const answered = told.filter(({ did }) => did === 'ack')
    const open = told.filter((one) => one.did === 'ask' && !answered.some(({ id }) => id === one.id))
    const folder = await openFolder(dir)
    expect(await folder.integrity()).toEqual([])
    for (const { stream, id, revision, position } of answered) {
      expect((await folder.events.read(stream, { from: revision!, limit: 1 }))[0]).toMatchObject({ id, position })
    }
    const head = Number(await folder.events.head([]))
    const stored = head - answered.length
    expect(stored).toBeGreaterThanOrEqual(0)
    expect(stored).toBeLessThanOrEqual(open.length)
    if (point === 'after COMMIT, before the answers') expect(stored).toBe(CALLERS)
    if (point === 'before an append' || point === 'inside a group') expect(stored).toBe(0)
    // The same append again, as its caller would: stored once, whatever had become of it.
    const repeat = ({ stream, id, expected }: Told) =>
      folder.events.append(stream, [{ id, type: 'Found', metadata: '{}', data: '{}' }], expected)
    for (const one of open) await repeat(one)
    expect(Number(await folder.events.head([]))).toBe(answered.length + open.length)
    await folder.close()
  })
})

describe('kill -9 between document and checkpoint', () => {
  it('leaves both as they were before the batch', async () => {
    await died(
      `
      const { openFolder } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
      const { documents } = await openFolder(${JSON.stringify(dir)})
      await documents.declare({ name: 'm', indexes: [[{ field: 'n', type: 'number' }]] })
      let expected = 'none'
      for (let n = 1; ; n++) {
        const puts = ['a', 'b'].map(id => ({ tenant: 'acme', collection: 'm', id, doc: { n }, position: String(n), expected: n === 1 ? 'none' : String(n - 1) }))
        expected = (await documents.write(puts, { name: 'm', value: { n }, expected })).checkpoint.version
      }`,
      crashingAt('rapport.crash.between-document-and-checkpoint', 5),
    )
    const folder = await openFolder(dir)
    expect(await folder.integrity()).toEqual([])
    expect(await folder.documents.checkpoint('m')).toMatchObject({ value: { n: 4 } })
    expect(await folder.documents.getMany('acme', 'm', ['a', 'b'])).toEqual(
      Array(2).fill({ doc: { n: 4 }, position: '4' }),
    )
    await folder.close()
  })
})
