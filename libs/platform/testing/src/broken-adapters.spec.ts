import { describe, expect, it } from '@jest/globals'
import { RapportError } from '@rapport/events'
import type { Broken } from './broken/broken.ts'
import { brokenFinds } from './broken/documents/find.ts'
import { brokenWrites } from './broken/documents/write.ts'
import { brokenAppends } from './broken/event-store/append.ts'
import { brokenFollows } from './broken/event-store/follow.ts'
import { brokenGroups } from './broken/event-store/group.ts'
import { brokenLimits } from './broken/event-store/limits.ts'
import { brokenReads } from './broken/event-store/read.ts'
import { brokenKeys } from './broken/keys.ts'
import { brokenMessages } from './broken/messages.ts'
import { brokenOps } from './broken/ops.ts'
import { BrokenPromise } from './contracts/check.ts'
import { documentsCases } from './contracts/documents.ts'
import { eventStoreCases } from './contracts/event-store.ts'
import { keysCases } from './contracts/keys.ts'
import { messagesCases } from './contracts/messages.ts'
import { opsCases } from './contracts/ops.ts'
import { usual } from './contracts/suite.ts'
import type { Case, Create } from './contracts/suite.ts'
import {
  openMemoryDocuments,
  openMemoryEventStore,
  openMemoryKeys,
  openMemoryMessages,
  openMemoryOps,
} from './memory.ts'
import { eventStorePropertyCase } from './property/event-store.ts'

/** Little patience with those that may hang, the usual one with the good. */
const terms = { patience: 400, events: 1600 }

/** Every broken adapter fails the case it is made for, every case is failed by one, and the good adapter passes it on the same terms. */
function proves<H>(port: string, cases: readonly Case<H>[], good: Create<H>, broken: readonly Broken<H>[]): void {
  const caseOf = ({ breaks }: Broken<H>): Case<H> => {
    const found = cases.filter(({ sentence }) => sentence.startsWith(breaks))
    expect(found.map(({ sentence }) => sentence)).toHaveLength(1)
    return found[0]!
  }
  describe(`the suite of ${port} notices an adapter that`, () => {
    for (const one of broken) {
      it(one.how, async () => {
        const error: unknown = await caseOf(one)
          .run(one.create, terms)
          .then(
            () => undefined,
            (reason: unknown) => reason,
          )
        expect(error instanceof BrokenPromise || error instanceof RapportError ? 'noticed' : error).toBe('noticed')
      })
    }

    it('breaks any of its sentences', () => {
      const broke = new Set(broken.map((one) => caseOf(one).sentence))
      expect(cases.map(({ sentence }) => sentence).filter((sentence) => !broke.has(sentence))).toEqual([])
    })
  })

  describe(`a good adapter of ${port} passes on the same terms`, () => {
    for (const { sentence, run } of cases) it(sentence, () => run(good, { ...terms, patience: usual.patience }))
  })
}

const store = [...brokenAppends, ...brokenLimits, ...brokenGroups, ...brokenReads, ...brokenFollows]
proves('EventStore', eventStoreCases, openMemoryEventStore, store)
proves('Documents', documentsCases, openMemoryDocuments, [...brokenWrites, ...brokenFinds])
proves('Ops', opsCases, openMemoryOps, brokenOps)
proves('Keys', keysCases, openMemoryKeys, brokenKeys)
proves('Messages', messagesCases, openMemoryMessages, brokenMessages)

describe('the property test of an event store notices an adapter that', () => {
  const faults = [
    'ignores expected',
    'treats a repeat as a conflict',
    'knows a repeat only while the head has not moved',
    'takes a batch whose first id stands for a repeat',
    'looks at the head first and stores later',
    'lets one conflict fail its whole group',
    'reads behind `from`, not from it',
    'follows inclusive of from',
    'compares prefixes without their dot',
  ]
  for (const { how, create } of store.filter((one) => faults.includes(one.how))) {
    it(how, () => expect(eventStorePropertyCase(300, 1).run(create, terms)).rejects.toThrow('Property failed'))
  }
})
