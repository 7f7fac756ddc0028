import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { csvCell, csvLine, unguarded } from './cells.ts'

const texts = ['=1+1', '+86 10 555', '-x', '@a', '\t=1', "'=1", '＝1+1']

test.each(texts)('BR-42 the text %j cannot run in a spreadsheet and comes back as it was', (text) => {
  const bare = csvCell(text).replace(/^"/, '')
  expect(bare).toMatch(/^'/)
  expect(unguarded(bare.replace(/"$/, ''))).toBe(text)
})

test('BR-42 numbers stay numbers', () => {
  expect(csvLine([-12.5, '-12.5', 7, undefined])).toBe('-12.5,-12.5,7,\r\n')
  expect(unguarded('-12.5')).toBe('-12.5')
})

test('BR-42 a cell that another locale would cut in two is quoted', () => {
  expect(csvCell('a;=1+1')).toBe('"a;=1+1"')
})

test('BR-42 guarding and taking the guard away gives back every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("'", '=', '-', '@', '+', 'a', '1', '\t') }), (text) => {
      expect(unguarded(csvCell(text, '|', '~').replaceAll('~', ''))).toBe(text)
    }),
  )
})
