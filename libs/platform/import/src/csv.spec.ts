import { expect, test } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { csvLine, unguarded } from './cells.ts'
import { rowsOf } from './csv.ts'
import type { Row } from './csv.ts'
import { longest } from './lines.ts'
import type { Line } from './lines.ts'

async function* linesOf(text: string): AsyncGenerator<Line> {
  for (const [n, line] of text.split('\n').entries()) {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line
    yield { number: n + 1, bytes: whole.slice(0, longest), tooLong: whole.length > longest }
  }
}
const dialect = { delimiter: ',', quote: '"' }
const rows = async (text: string): Promise<readonly Row[]> => Array.fromAsync(rowsOf(linesOf(text), dialect))

test.each(['\n', '\r\n'])(
  'BR-38 a line break inside quotes splits no row, and the next row knows its physical line (%j)',
  async (end) => {
    const text = ['id,text,date', `K-7,"first${end}second, ""quoted""",2026-05-01`, 'K-8,b', ''].join(end)
    expect(await rows(text)).toEqual([
      { line: 1, cells: ['id', 'text', 'date'] },
      { line: 2, cells: ['K-7', 'first\nsecond, "quoted"', '2026-05-01'] },
      { line: 4, cells: ['K-8', 'b'] },
    ])
  },
)

test('blank lines are no rows; empty cells at the end are cells', async () => {
  expect(await rows('a,b,c\n\n1,,\n\n')).toEqual([
    { line: 1, cells: ['a', 'b', 'c'] },
    { line: 3, cells: ['1', '', ''] },
  ])
})

test('a quote inside a cell that does not begin with one is a character', async () => {
  expect(await rows('5" pipe,x')).toEqual([{ line: 1, cells: ['5" pipe', 'x'] }])
})

test('a quote that is never closed costs its own line only', async () => {
  const found = await rows('a,b\n1,"open\n2,fine\n3,"also fine"\n4,end')
  expect(found.map((r) => [r.line, r.problem === undefined])).toEqual([
    [1, true],
    [2, false],
    [3, true],
    [4, true],
    [5, true],
  ])
})

test('text behind a closing quote costs its own line only', async () => {
  expect((await rows('"a"x,b\n1,2')).map((r) => [r.line, r.problem === undefined])).toEqual([
    [1, false],
    [2, true],
  ])
})

test('a line that is longer than the limit is one bad row', async () => {
  const found = await rows(`a,b\n${'x'.repeat(longest + 1)},1\n2,3`)
  expect(found.map((r) => [r.line, r.problem])).toEqual([
    [1, undefined],
    [2, expect.stringContaining('longer')],
    [3, undefined],
  ])
})

test('every table that we write is read back by us and by csv-parse', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', "'", '=', '+', '-', '@', '\t', ' ', '5', '.'),
  })
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(table, async (cells) => {
      const text = cells.map((row) => csvLine(row)).join('')
      const ours = (await rows(text)).map((row) => row.cells)
      expect(ours.map((row) => row.map(unguarded))).toEqual(cells)
      expect(parse(text, { relax_column_count: true, skip_empty_lines: false })).toEqual(ours)
    }),
  )
})
