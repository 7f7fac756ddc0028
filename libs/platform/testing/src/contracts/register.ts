import type * as Jest from '@jest/globals'
import { usual } from './suite.ts'
import type { Case, Suite } from './suite.ts'

/** Registers every case with Jest; a skip is counted as one, beside the test of its reason. */
export function register<H>(
  port: string,
  cases: readonly Case<H>[],
  { name, create, skip = [], terms = {} }: Suite<H>,
): void {
  // Not imported: '@jest/globals' throws outside Jest, and crash harnesses load this package in plain Node.
  const { describe, it } = globalThis as unknown as typeof Jest
  const all = { ...usual, ...terms }
  for (const { sentence } of skip) {
    if (!cases.some((one) => one.sentence === sentence)) throw new Error(`No such sentence to skip: ${sentence}`)
  }
  describe(`${name} keeps the promises of ${port}`, () => {
    for (const { sentence, run } of cases) {
      const skipped = skip.find((one) => one.sentence === sentence)
      if (skipped) {
        it(`cannot keep "${sentence}": ${skipped.reason}`, async () => skipped.because())
        it.skip(`${sentence} (${skipped.reason})`, () => {})
      } else it(sentence, () => run(create, all), all.patience * 6)
    }
  })
}
