import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { appends } from './replay/append.fixture.ts'
import { outages } from './replay/outage.fixture.ts'
import { reads } from './replay/read.fixture.ts'
import { answered, numbers, recordsAreThere, replay } from './replay/records.fixture.ts'
import { subscriptions } from './replay/subscription.fixture.ts'

const replays = [...appends, ...reads, ...subscriptions, ...outages]
const told = (file: string, lines: readonly number[]): string[] => lines.map((line) => `${file}:${line}`)

/** What records.md says of each line: rows of file, lines, kept as, why. */
const table = readFileSync(new URL('./records.md', import.meta.url), 'utf8')
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()))
  .filter(([, file, lines]) => file !== undefined && lines !== undefined && /^\d/.test(lines))
  .map(([, file, lines, kept, why]) => ({ lines: told(file!, numbers(lines!)), kept: kept!, why: why! }))
const listed = (kept: string): string[] => table.filter((row) => row.kept === kept).flatMap(({ lines }) => lines)

describe('records.md', () => {
  it('says of each line either that it is replayed or that the adapter makes no such call, and why', () => {
    expect(table.filter(({ kept, why }) => !['replayed', 'not made'].includes(kept) || why.length < 10)).toEqual([])
  })
  it('calls those lines replayed that are replayed below', () => {
    expect(listed('replayed').sort()).toEqual(replays.flatMap(({ file, lines }) => told(file, lines)).sort())
  })
  const reason = 'the recorded answers, ../shared/vectors/eventstoredb, are not there'
  if (!recordsAreThere) it.skip(`lists every recorded answer once (${reason})`, () => {})
  else
    it('lists every recorded answer once', () => {
      const all = answered()
      expect(all).toHaveLength(258)
      expect([...listed('replayed'), ...listed('not made')].sort()).toEqual(all.sort())
    })
})

describe('the EventStoreDB double answers what a real server was recorded to answer', () => {
  // The client warns of keep-alives as short as some of these.
  const warn = jest.spyOn(console, 'warn')
  beforeAll(() => void warn.mockImplementation(() => {}))
  afterAll(() => warn.mockRestore())

  for (const one of replays) {
    const title = `${one.file}-es.jsonl, lines ${one.lines.join(', ')}`
    if (recordsAreThere) it(title, () => replay(one), 60_000)
    else it.skip(`${title} (the recorded answers are not there)`, () => {})
  }
})
