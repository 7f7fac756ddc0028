import { expect, test } from '@jest/globals'

test('specs run as ES modules', () => {
  expect(import.meta.url).toMatch(/^file:.*\/jest\.spec\.ts$/)
})

test('different dates differ and the same date is equal', () => {
  const date = (text: string) => ({ on: Temporal.PlainDate.from(text) })
  expect(date('2026-01-01')).toEqual(date('2026-01-01'))
  expect(date('2026-01-01')).not.toEqual(date('2026-01-02'))
  expect(date('2026-01-01')).not.toStrictEqual(date('2026-01-02'))
})

test('a date is no text and an instant is no date-time', () => {
  const instant = Temporal.Instant.from('2026-01-01T00:00Z')
  expect([Temporal.PlainDate.from('2026-01-01')]).not.toEqual(['2026-01-01'])
  expect(instant).not.toEqual(instant.toZonedDateTimeISO('UTC'))
})
