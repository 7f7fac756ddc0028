import type * as Jest from '@jest/globals'
import fc from 'fast-check'
import type { EventStoreHandle } from '../contracts/event-store/world.ts'
import { usual } from '../contracts/suite.ts'
import type { Case, Suite } from '../contracts/suite.ts'
import { Twins } from './run.ts'
import { steps } from './steps.ts'

/** Whatever is appended, repeated, refused or raced, and whenever it restarts, the store answers as the memory model does. */
export const eventStorePropertyCase = (runs: number, seed?: number): Case<EventStoreHandle> => ({
  sentence: `§4 the store answers as the memory model does, in ${runs} random stories`,
  run: (create, terms = usual) =>
    fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const handle = await create({})
        try {
          const twins = new Twins(handle, terms)
          for (const step of story) await twins.take(step)
          await twins.end()
        } finally {
          await handle.dispose()
        }
      }),
      { numRuns: runs, ...(seed !== undefined && { seed }) },
    ),
})

/** Registers the property test of an event store with Jest. A failure names the seed and the shortest story that shows it. */
export function eventStoreProperty({
  name,
  create,
  runs = 100,
  terms = {},
}: Pick<Suite<EventStoreHandle>, 'name' | 'create' | 'terms'> & { readonly runs?: number }): void {
  // Not imported: '@jest/globals' throws outside Jest.
  const { describe, it } = globalThis as unknown as typeof Jest
  const { sentence, run } = eventStorePropertyCase(runs)
  describe(name, () => it(sentence, () => run(create, { ...usual, ...terms }), 300_000))
}
