import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { complete } from './complete.ts'
import { imports } from './events.ts'
import { completed, counts, started } from './examples.fixture.ts'

describe('import: complete', () => {
  test('an import ends with what became of its rows', () =>
    given(imports, [started]).when(complete, counts).thenRecorded([completed]))

  test('every row is accounted for', () =>
    given(imports, [started])
      .when(complete, { ...counts, rows: 101 })
      .thenRefused('counts-do-not-add-up'))

  test('an import ends once', () => given(imports, [started, completed]).when(complete, counts).thenRefused('ended'))
})
