import { expect, test } from '@jest/globals'
import { readNumber } from './numbers.ts'

const dot = { decimal: '.', scale: 2 } as const
const comma = { decimal: ',', group: '.', scale: 2 } as const

test.each([
  ['7', { ...dot, as: 'integer' }, 7],
  ['-7.0', { ...dot, as: 'integer' }, -7],
  ['−12', { ...dot, as: 'integer' }, -12],
  ['-0', { ...dot, as: 'integer' }, 0],
  ['10,29', { ...comma, as: 'decimal' }, '10.29'],
  ['110.643', { ...comma, as: 'integer' }, 110643],
  ['1.234.567,5', { ...comma, as: 'minor' }, 123456750],
  ['-12.50', { ...dot, as: 'decimal' }, '-12.50'],
  ['007', { ...dot, as: 'decimal' }, '7'],
] as const)('%s is read exactly', (text, format, value) => {
  expect(readNumber(text, format)).toBe(value)
})

test.each([
  ['7.5', { ...dot, as: 'integer' }],
  ['1.005', { ...dot, as: 'minor' }],
  ['1.10', { ...comma, as: 'decimal' }],
  ['9007199254740993', { ...dot, as: 'integer' }],
  ['1e5', { ...dot, as: 'integer' }],
  ['EUR 5', { ...dot, as: 'integer' }],
  ['', { ...dot, as: 'integer' }],
] as const)('%s is refused', (text, format) => {
  expect(readNumber(text, format)).toBeUndefined()
})
