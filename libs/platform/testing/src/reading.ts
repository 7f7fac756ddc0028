import { expect } from '@jest/globals'
import {
  entryOf,
  figureOf,
  foldAsOf,
  foldingName,
  foldingsOf,
  foldPage,
  logFolding,
  MemoryDocuments,
  modelsOf,
  type AnyMeasure,
  type AnyReadModel,
  type AsOf,
  type Audience,
  type Doc,
  type Entry,
  type Figure,
  type Folding,
  type LogEntry,
} from '@rapport/events'
import { ENGAGEMENT, TENANT, type OnMemory } from './on-memory.ts'

/** As whom, and as of when, something is read; by default internally, now. */
export interface Reading {
  readonly audience?: Audience
  readonly asOf?: AsOf
  /** The moment that is told; by default that of `asOf`, else the clock of the house. */
  readonly now?: string
  readonly zone?: string
}

/** The documents of a read model over what a house has recorded, each replayed twice, told at the moment and opened, in order of their list. */
export async function reading(house: OnMemory, model: AnyReadModel, how: Reading = {}): Promise<readonly Doc[]> {
  const { audience = 'internal', zone = 'UTC' } = how
  const now = how.now ?? how.asOf?.before ?? house.now.toString({ fractionalSecondDigits: 3 })
  const told: Doc[] = []
  for (const { id, doc } of await documents(house, model, how)) {
    const last = async (other: AnyReadModel, where: Readonly<Record<string, string>>) =>
      (await documents(house, other, how, where)).at(-1)?.doc
    const words = model.tell === undefined ? doc : await model.tell(doc, { now, zone, audience, last })
    told.push({ id, ...((await house.keys.open(TENANT, words)) as Doc) })
  }
  return told
}

/** A measure over what a house has recorded in the engagement of specs. */
export async function measured(
  house: OnMemory,
  measure: AnyMeasure,
  period: { readonly from: string; readonly to: string },
  how: Reading = {},
): Promise<Pick<Figure, 'value' | 'n' | 'events'>> {
  const now = how.now ?? how.asOf?.before ?? house.now.toString({ fractionalSecondDigits: 3 })
  const given: Record<string, readonly (Doc & { readonly id: string })[]> = {}
  for (const [name, model] of modelsOf(measure))
    given[name] = (await documents(house, model, how)).map(({ id, doc }) => ({ ...doc, id }))
  const { value, n, events } = figureOf(measure, given, { ...period, now, zone: how.zone ?? 'UTC' }, undefined)
  expect(new Set(events).size).toBe(events.length)
  const recorded = house.store.log.all.map(({ id }) => id)
  for (const id of events) expect(recorded).toContain(id)
  return { value, n, events }
}

async function documents(
  house: OnMemory,
  model: AnyReadModel,
  { audience = 'internal', asOf }: Reading,
  where: Readonly<Record<string, string>> = {},
): Promise<readonly { readonly id: string; readonly doc: Doc }[]> {
  const { registry, store } = house
  const name = foldingName(model, audience)
  const folding = foldingsOf(model, registry).find((f) => f.name === name)!
  const log = await folded(
    logFolding,
    store.log.all.map((stored) => ({ stored, event: registry.read(stored), recorded: stored.recordedAt })),
  )
  const all = await log.find(TENANT, logFolding.name, { sort: { field: 'at', direction: 'asc' }, limit: 100_000 })
  const entries = all.map(({ id, doc }) => entryOf(registry, id, doc as LogEntry))
  const past = { documents: log, registry, tenant: TENANT, log: logFolding.name }
  const from = asOf === undefined ? await folded(folding, entries) : await foldAsOf(past, folding, [ENGAGEMENT], asOf)
  const found = await from.find(TENANT, name, {
    where: [{ field: 'engagement', eq: ENGAGEMENT }, ...Object.entries(where).map(([field, eq]) => ({ field, eq }))],
    sort: model.list.sort,
    limit: 100_000,
  })
  return found
}

/** In one page, and event by event with every page twice: the same documents. */
async function folded(folding: Folding, entries: readonly Entry[]): Promise<MemoryDocuments> {
  const make = async (pages: readonly (readonly Entry[])[]): Promise<MemoryDocuments> => {
    const documents = new MemoryDocuments()
    await documents.declare({ name: folding.name, indexes: folding.indexes })
    for (const page of pages) await documents.write(await foldPage(documents, folding, folding.name, page))
    return documents
  }
  const [once, twice] = [await make([entries]), await make(entries.flatMap((entry) => [[entry], [entry]]))]
  const scan = async (documents: MemoryDocuments) => Array.fromAsync(documents.scan(folding.name))
  expect(await scan(twice)).toEqual(await scan(once))
  return once
}
