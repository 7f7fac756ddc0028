import { describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../lint/workspace.ts'
import { switched } from './mutant-transform.ts'
import { refusalsIn } from './refusals.ts'
import { titlesIn } from './titles.ts'

const file = 'libs/contexts/any/src/thing/act.ts'
const refusals = (text: string) => refusalsIn(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
const mutated = (text: string) => switched(text, join(root, file))

describe('the titles of specs', () => {
  const rulesOf = (text: string) => titlesIn(text, file).map(({ rules }) => rules)

  test('name the rules that they begin with', () => {
    expect(rulesOf("test('I-30 is kept', f); it(`I-31: too`, f)")).toEqual([['I-30'], ['I-31']])
    expect(rulesOf("test('I-30, I-31 are kept', f); describe('I-03', f)")).toEqual([['I-30', 'I-31'], ['I-03']])
    expect(rulesOf("test.each([1])('I-30 %s', f)")).toEqual([['I-30']])
  })

  test('prove nothing where the rule stands elsewhere or the test is skipped', () => {
    expect(rulesOf("test('keeps I-30', f); test.skip('I-30 is kept', f); test.todo('I-31 is kept')")).toEqual([])
  })
})

describe('refusals', () => {
  test('are found with their code, as statement and as expression', () => {
    const found = refusals(
      "if (a) return refuse('one')\nrefuse('two', {})\nreturn b ? refuse('three') : []\nrefuse(code)",
    )
    expect(found.map(({ code, line, statement }) => [code, line, statement])).toEqual([
      ['one', 1, true],
      ['two', 2, true],
      ['three', 3, false],
      [undefined, 4, true],
    ])
  })

  test('can be switched off one at a time, each on its line', () => {
    expect(mutated("if (a) return refuse('one')\n")).toBe(
      `if (a) { if (!(process.env.RAPPORT_MUTANT === "${file}:7")) return refuse('one') }\n`,
    )
    expect(mutated("x(b ? refuse('two') : [])")).toBe(
      `x(b ? (process.env.RAPPORT_MUTANT === "${file}:6" ? [] : refuse('two')) : [])`,
    )
    expect(mutated("if (a) return refuse('one')\nrefuse('two')").match(/RAPPORT_MUTANT/g)).toHaveLength(2)
  })

  test('stay as they are in specs and outside of the contexts', () => {
    for (const path of ['libs/contexts/any/src/thing/act.spec.ts', 'libs/platform/events/src/handle.ts'])
      expect(switched("refuse('one')", join(root, path))).toBe("refuse('one')")
  })
})
