import { describe, expect, test } from '@jest/globals'
import { choice, personal, ref, text } from '@rapport/events'
import { sentenceProblems } from './sentences.ts'

const shape = {
  client: ref('engagements.client'),
  name: personal('engagement', text(20)),
  kind: choice({ a: { en: 'a', zh: '甲' }, b: { en: 'b', zh: '乙' } }),
  note: text(20).optional(),
}
const problems = (say: unknown) => sentenceProblems({ say, shape }, ['ThingMade']).join('\n')
const zh = '{client}做了{name}'

describe('a sentence', () => {
  test('in both languages with fields of its event is fine', () => {
    expect(problems({ en: '{client} made {name}', zh })).toBe('')
    expect(problems({ en: '{self} knows {client}', zh: '{client}与{self}' })).toBe('')
    expect(
      problems((e: { kind: string }) => ({ en: e.kind === 'a' ? '{name} A' : '{name} B', zh: '做了{name}' })),
    ).toBe('')
  })

  test.each([
    ['{owner} made it', 'which is no field'],
    ['', 'has no sentence in en'],
    ['ThingMade by {client}', 'the type ThingMade'],
    ['made 0192f0c1-7b7a-7c3e-8b8a-1234567890ab', 'an id'],
    ['made on 2026-03-02', 'an ISO stamp'],
    ['made in engagements.client', 'the name of a stream'],
    ['made {client', 'a brace'],
    ['The settings changed: ', 'white space'],
    ['The settings changed:', 'goes on'],
  ])('"%s" is refused: %s', (en, why) => {
    expect(problems({ en, zh })).toContain(why)
  })

  test('names the same fields in both languages', () => {
    expect(problems({ en: '{client} made it', zh })).toContain('names other fields')
  })

  test('in English alone is refused', () => {
    expect(problems({ en: '{client} made it', zh: '{client} made it' })).toContain('nothing in Chinese')
  })

  test('that a function makes of the data itself is refused, also of personal data and in one case of many', () => {
    const say = (e: { kind: string; client: string; name: unknown }) =>
      e.kind === 'b' ? { en: `${e.client} made it`, zh: '做了' } : { en: `${String(e.name)} was made`, zh: '做了' }
    expect(problems(say).match(/in the template itself/g)).toHaveLength(2)
    expect(problems((e: { note?: string }) => ({ en: `made ${e.note}`, zh: '做了' }))).toContain('a piece of code')
  })
})
