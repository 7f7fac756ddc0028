import { describe, expect, test } from '@jest/globals'
import type { Message } from '@rapport/events'
import { holdTold } from './told.ts'

const told = (key: string, id: string, value = id, stream = 'library.loan'): Message => ({
  stream,
  key,
  headers: { ce_id: id },
  value,
})
const [a1, a2, a3, b1] = [told('a', '1'), told('a', '2'), told('a', '3'), told('b', '4')] as const
const wanted = [a1, b1, a2, a3]

describe('what the topics hold', () => {
  test.each([
    ['in the order of the store', [a1, b1, a2, a3], 0],
    ['in another order of the keys', [a1, a2, a3, b1], 0],
    ['with repeats, also late ones', [a1, a1, b1, a2, a1, a2, a3, b1], 4],
    ['with what was planted', [told('a', '9'), ...wanted], 0],
  ])('is right %s', (_, read, repeats) => {
    expect(holdTold(read, wanted, new Set(['9']))).toEqual({ repeats, problems: [] })
  })

  test.each([
    ['lost', [a1, b1, a3], /^The event 2 of library.loan is on no topic/],
    ['out of order', [a2, a1, b1, a3], /^The messages of library.loan\/a are in another order/],
    ['changed', [a1, b1, told('a', '2', 'x'), a3], /^The message 2 says something else/],
    ['under another key', [a1, b1, told('b', '2'), a3], /^The message 2 says something else/],
    ['changed in a repeat', [...wanted, told('a', '1', 'x')], /^Two messages with the id 1 differ/],
    ['told though nobody stored it', [...wanted, told('a', '5')], /^Nobody stored 5/],
  ])('is found out where one is %s', (_, read, words) => {
    expect(holdTold(read, wanted).problems).toContainEqual(expect.stringMatching(words))
  })
})
