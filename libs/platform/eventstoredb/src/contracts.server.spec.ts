import { expect } from '@jest/globals'
import { eventStoreContract, eventStoreProperty, onServers } from '@rapport/testing'
import { aStream, happened, opening, serverTime } from './opening.fixture.ts'

await onServers(['eventstore'], ({ eventstore }) => {
  const create = opening(() => eventstore)
  // A shared server may hold much that is not ours, and one case reads all of it.
  const terms = { patience: 60_000 }
  eventStoreContract({
    name: 'EventStoreDB',
    create,
    terms,
    skip: [
      serverTime(create),
      {
        sentence: '§4 positions compare right as strings above 2^53 (BR-52)',
        reason: "a position is an offset in the server's files, so that one above 2^53 takes eight petabytes",
        because: async () => {
          const { port, dispose } = await create({})
          const stream = aStream()
          const first = await port.append(stream, [happened()], 'none')
          const second = await port.append(stream, [happened(JSON.stringify('x'.repeat(100_000)))], 0)
          const third = await port.append(stream, [happened()], 1)
          await dispose()
          const commit = (position: string): number => Number(position.slice(0, 20))
          // The third begins where the second ends.
          expect(commit(third.position) - commit(second.position)).toBeGreaterThan(100_000)
          expect(first.position < second.position).toBe(true)
        },
      },
    ],
  })
  eventStoreProperty({ name: 'EventStoreDB', create, terms, runs: 30 })
})
