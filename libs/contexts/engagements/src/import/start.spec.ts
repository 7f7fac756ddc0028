import { describe, expect, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { importAbandoned, imports, importStarted } from './events.ts'
import { boston, completed, started } from './examples.fixture.ts'
import { start } from './start.ts'

describe('import: start', () => {
  test('an import begins', () => given(imports).when(start, boston).thenRecorded([started]))

  test('an open import of the same source and mapping goes on', () =>
    given(imports, [started]).when(start, boston).thenNothing())

  test('another mapping or source is another import', async () => {
    for (const other of [
      { ...boston, mapping: '00'.repeat(32) },
      { ...boston, source: 'boston' },
    ])
      await given(imports, [started])
        .when(start, other)
        .thenRecorded([importStarted(other)])
  })

  test('after the end of one the next begins', async () => {
    for (const end of [completed, importAbandoned({ reason: 'wrong-file' })]) {
      const [event] = await given(imports, [started, end]).when(start, boston).thenRecorded([started])
      expect(event!.revision).toBe(0)
    }
  })
})
