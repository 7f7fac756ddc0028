import { describe, expect, it } from '@jest/globals'
import { compareUtf8 } from '@rapport/events'
import fc from 'fast-check'
import { behind, idOf, namesOf } from './names.ts'

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\0', 'a', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 4,
})
const tenant = fc.stringMatching(/^[a-z0-9-]{1,4}$/)

describe('idOf', () => {
  it('sorts by tenant, then by name, as their bytes do, and gives both back', () => {
    fc.assert(
      fc.property(tenant, text, tenant, text, (t1, n1, t2, n2) => {
        const [a, b] = [idOf(t1, n1), idOf(t2, n2)]
        expect(namesOf(a)).toEqual({ tenant: t1, name: n1 })
        expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(compareUtf8(t1, t2) || compareUtf8(n1, n2)))
      }),
    )
  })

  it.each([undefined, null, '', 7, {}, { $ne: null }, ['a'], 'a\0', '\ud800'])('refuses the tenant %j', (none) => {
    expect(() => idOf(none as string, 'a')).toThrow(expect.objectContaining({ code: 'invalid-query' }))
  })

  it.each([undefined, null, 7, { $gt: '' }, ['a'], '\ud800'])('refuses the name %j', (none) => {
    expect(() => idOf('t01', none as string)).toThrow(expect.objectContaining({ code: 'invalid-query' }))
  })
})

describe('behind', () => {
  it('parts the texts that begin with a prefix from those that do not', () => {
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const from = `t\0${prefix}`
        for (const each of [`${from}${other}`, `t\0${other}`]) {
          const within = compareUtf8(each, from) >= 0 && compareUtf8(each, behind(from)) < 0
          expect(within).toBe(each.startsWith(from))
        }
      }),
      { numRuns: 500 },
    )
  })
})
