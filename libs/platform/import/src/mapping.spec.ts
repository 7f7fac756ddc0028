import { expect, test } from '@jest/globals'
import { parseMapping } from './mapping.ts'

const good = `
mapping: 1
source: desk
context: communication
zone: Europe/Rome
dates: ['yyyy-MM-dd']
key: [Id]
facts:
  - name: contact
    as: interaction
    occurredAt: { column: Day }
    fields:
      summary: { template: '{Title}, {Text|no text}' }
`
const wrong = (yaml: string): readonly (readonly [number | undefined, string, string])[] => {
  try {
    parseMapping(yaml)
  } catch (error) {
    const { code, detail } = error as {
      code: string
      detail: { errors: readonly { line?: number; path: string; expected: string }[] }
    }
    expect(code).toBe('mapping-invalid')
    return detail.errors.map((e) => [e.line, e.path, e.expected])
  }
  return []
}

test('a mapping knows every column that it names', () => {
  expect(parseMapping(good).columns).toEqual(['Id', 'Day', 'Title', 'Text'])
})

test('the same mapping with other comments and layout has the same digest', () => {
  expect(parseMapping(`# a comment\n${good.replace('key: [Id]', 'key:\n  - Id')}`).digest).toBe(
    parseMapping(good).digest,
  )
})

test.each([
  [
    'an unknown member',
    good.replace('summary:', 'summary: { colour: red }\n      other:'),
    13,
    'facts[0].fields.summary.colour',
    'no such member',
  ],
  ['a wrong version', good.replace('mapping: 1', 'mapping: 2'), 2, 'mapping', 'expected 1'],
  ['a missing member', good.replace('key: [Id]\n', ''), undefined, 'key', 'expected array'],
  ['a zone that is none', good.replace('Europe/Rome', 'Rome'), 5, 'zone', 'time zone'],
  ['a wrong date pattern', good.replace("'yyyy-MM-dd'", "'yyyy-qq-dd'"), 6, 'dates[0]', 'no part of a date'],
  ['a wrong template', good.replace('{Title}', '{Title'), 13, 'facts[0].fields.summary.template', 'brace'],
  [
    'two sources of one value',
    good.replace("{ template: '", "{ column: A, template: '"),
    13,
    'facts[0].fields.summary',
    'exactly one of',
  ],
  ['a date without a zone', good.replace('zone: Europe/Rome\n', ''), 10, 'facts[0].occurredAt', 'zone'],
  ['a date without patterns', good.replace("dates: ['yyyy-MM-dd']\n", ''), 10, 'facts[0].occurredAt', 'patterns'],
  ['an unquoted null', good.replace('key:', 'missing: [NULL]\nkey:'), 7, 'missing[0]', 'in quotes'],
  ['an encoding that is none', good.replace('key:', 'encoding: cp-nothing\nkey:'), 7, 'encoding', 'encoding'],
  ['a key twice', good.replace('zone:', 'source: x\nzone:'), 5, '', 'unique'],
  ['no YAML', 'facts: [', 1, '', ''],
])('refuses %s and says where and what is expected', (_what, yaml, line, path, expected) => {
  expect(wrong(yaml)).toContainEqual([line, path, expect.stringContaining(expected)])
})

test('BR-61 the name of a prototype is a column or a value like any other, and nothing more', () => {
  const mapping = parseMapping(
    good.replace(
      '{ template:',
      '{ column: __proto__, map: { __proto__: a, x: b }, otherwise: c }\n      kind: { template:',
    ),
  )
  const [, summary] = mapping.facts[0]!.fields.find(([name]) => name === 'summary')!
  expect(summary.read(new Map([['__proto__', 'toString']]))).toBe('c')
  expect(({} as { a?: unknown }).a).toBeUndefined()
})
