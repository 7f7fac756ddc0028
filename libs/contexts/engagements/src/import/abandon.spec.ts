import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { abandon } from './abandon.ts'
import { importAbandoned, imports } from './events.ts'
import { completed, started } from './examples.fixture.ts'

const why = { reason: 'wrong-file' } as const

describe('import: abandon', () => {
  test('an import is given up with a reason', () =>
    given(imports, [started])
      .when(abandon, why)
      .thenRecorded([importAbandoned(why)]))

  test('an import ends once', () => given(imports, [started, completed]).when(abandon, why).thenRefused('ended'))
})
