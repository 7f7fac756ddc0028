import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  canonical,
  kidOf,
  MemoryDocuments,
  MemoryOps,
  Projection,
  START,
  type Documents,
  type EventStore,
  type Json,
  type Page,
  type Position,
  type StoredEvent,
} from '@rapport/events'
import { foldings, registry } from '@rapport/house'
import { Account } from '../crash/account.ts'
import { TENANT, type Book } from '../crash/book.ts'
import type { Deployment } from './deployment.ts'

/** Milliseconds in which everything that is left to do must be done once nothing fails any more. */
const PATIENCE = 180_000

/** Every event after a position, as it is stored now. */
export async function eventsAfter(store: EventStore, after: Position = START): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = []
  const done = new AbortController()
  for await (const page of store.follow({ from: after, prefixes: [], signal: done.signal })) {
    found.push(...page.events)
    if (page.caughtUp) break
  }
  done.abort()
  return found
}

/** Holds the store against what was asked and answered, once the reactions have done what is left to do. */
export async function accountFor(
  { store, mongo }: Deployment,
  book: Book,
): Promise<{
  readonly account: Account
  readonly events: readonly StoredEvent[]
  readonly problems: readonly string[]
}> {
  const account = new Account(book.asked)
  const events: StoredEvent[] = []
  const end = performance.now() + PATIENCE
  do {
    const more = await eventsAfter(store, account.position)
    account.take(more)
    events.push(...more)
  } while (account.outstanding > 0 && performance.now() < end && (await sleep(200, true)))
  const problems = account.judge(true).map(({ code, words }) => `${code}: ${words}`)
  for (const id of account.erased)
    if ((await mongo.keys.get(TENANT, kidOf('engagements.person', id))).state !== 'destroyed')
      problems.push(`The key of the erased person ${id} is still there.`)
  return { account, events, problems }
}

/** Holds the read models against what the same events make of them in memory. */
export async function readModelsAgainst(
  mongo: Pick<Deployment['mongo'], 'documents' | 'ops'>,
  events: readonly StoredEvent[],
): Promise<{ readonly documents: number; readonly problems: readonly string[] }> {
  const documents = new MemoryDocuments()
  const projection = new Projection({
    store: standing(events),
    documents,
    ops: new MemoryOps(),
    registry,
    foldings,
  })
  await projection.start()
  const reached = await projection.waitFor(events.at(-1)!.position, PATIENCE)
  const rebuilt = new Map(foldings.map(({ name }) => [name, projection.collection(name)]))
  await projection.stop()
  if (!reached) return { documents: 0, problems: ['The rebuild stopped.'] }
  const live = await mongo.ops.list('*', 'read-model/')
  const served = new Map(
    live.map(({ name, value }) => [name.slice('read-model/'.length), value as { collection: string }]),
  )
  const problems: string[] = []
  let count = 0
  for (const [name, collection] of rebuilt) {
    const there = served.get(name)
    const wanted = await digestOf(documents, collection)
    count += wanted.documents
    const got = there && (await digestOf(mongo.documents, there.collection))
    if (got?.digest !== wanted.digest)
      problems.push(
        `The read model ${name} is not what a rebuild makes of it: ${got?.documents ?? 'no'} documents for ${wanted.documents}.`,
      )
  }
  return { documents: count, problems }
}

async function digestOf(documents: Documents, collection: string) {
  const lines: string[] = []
  for await (const { tenant, id, position, text } of documents.scan(collection))
    lines.push(canonical([tenant, id, position, text === undefined ? null : (JSON.parse(text) as Json)]))
  // Adapters need not give the same order.
  return { documents: lines.length, digest: createHash('sha256').update(lines.sort().join('\n')).digest('hex') }
}

const PAGE = 500
const refuse = (): never => {
  throw new Error('This store is only followed.')
}

/** Events as a store that nobody writes. */
const standing = (events: readonly StoredEvent[]): EventStore => ({
  append: refuse,
  read: refuse,
  async *follow({ from, signal }): AsyncGenerator<Page> {
    const left = events.filter(({ position }) => position > from)
    for (let at = 0; at < left.length; at += PAGE) {
      const page = left.slice(at, at + PAGE)
      yield { events: page, position: page.at(-1)!.position, caughtUp: at + PAGE >= left.length }
    }
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve())
    })
  },
  head: async () => events.at(-1)?.position ?? START,
  close: async () => {},
})
