import { createHouse, registry, type House } from '@rapport/house'
import { resolve } from 'node:path'
import {
  envelopesIn,
  foldPage,
  HOUSE,
  MemoryDocuments,
  openValue,
  RapportError,
  START,
  type Corrupt,
  type Documents,
  type Entry,
  type Folding,
  type Keys,
  type Position,
  type StoredEvent,
} from '@rapport/events'
import { openFolder, type DataFolder, type Finding } from '@rapport/sqlite'
import { Ended } from './exit-codes.ts'

/** What the doctor looked at, and what was not as it should be. */
export interface Examination {
  readonly events: number
  readonly envelopes: number
  readonly documents: number
  readonly findings: readonly Finding[]
  /** Worth knowing, not wrong: streams over 1,000 events. */
  readonly notices: readonly string[]
}

/**
 * Examines a data folder: SQLite's own integrity, gapless revisions, every event against its schema, every envelope against its key, tag and
 * digest, and every document of every read model, byte for byte, against one that is folded again from the events.
 * A changed plain field of an event that still fits its schema is not found: that takes the ledger.
 */
export async function examine(
  folder: DataFolder,
  house: House | (() => Promise<House>),
  progress: (events: number) => void = () => {},
): Promise<Examination> {
  const findings: Finding[] = [...(await folder.integrity())]
  const guarded = async (code: string, where: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (error instanceof Ended) throw error
      findings.push({ code, message: (error as Error).message, where })
    }
  }
  await guarded('file-damaged', 'the places that read models and reactions reached', () =>
    examineTail(folder, findings),
  )
  const looked = { events: 0, envelopes: 0, documents: 0 }
  const lengths = new Map<string, number>()
  await guarded('file-damaged', 'events.db', async () => {
    for await (const stored of eventsTo(folder, await folder.events.head([]))) {
      progress(++looked.events)
      lengths.set(stored.stream, stored.revision + 1)
      looked.envelopes += await examineEvent(stored, folder.keys, findings)
    }
  })
  // What could not be read before cannot be folded: the documents are compared once the events are right.
  if (findings.length === 0)
    await guarded('read-models-stopped', 'documents.db', async () => {
      looked.documents = await examineDocuments(folder, typeof house === 'function' ? await house() : house, findings)
    })
  const notices = [...lengths].filter(([, n]) => n > 1_000).map(([stream, n]) => `${stream} has ${n} events.`)
  return { ...looked, findings, notices }
}

/** Examines a folder that nobody holds, without serving it: the read models are only brought up once the events are right. */
export async function examineAlone(data: string, signal: AbortSignal): Promise<Examination> {
  let folder: DataFolder
  try {
    // A file that fails on the way is a finding, not the end.
    folder = await openFolder(resolve(data), { onFatal: () => {} })
  } catch (error) {
    if (!(error instanceof RapportError) || !['file-damaged', 'events-missing'].includes(error.code)) throw error
    const { code, message, detail } = error
    const where = String(detail['file'] ?? 'events.db')
    return { events: 0, envelopes: 0, documents: 0, findings: [{ code, message, where }], notices: [] }
  }
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})
  const house = createHouse(folder, { store: folder.store, onStopped: (error) => stopped.reject(error as Error) })
  const standing = async (): Promise<House> => {
    await folder.checkSecrets()
    await house.settle()
    await house.projection.start()
    const head = await folder.events.head([])
    while (!(await Promise.race([house.projection.waitFor(head, 1_000), stopped.promise]))) goOn(signal)
    return house
  }
  try {
    return await examine(folder, standing, () => goOn(signal))
  } finally {
    await house.projection.stop()
    await folder.close()
  }
}

function goOn({ aborted, reason }: AbortSignal): void {
  if (aborted) throw reason
}

/** Whoever reached a position that the store does not have saw events that are gone from its end. */
async function examineTail(folder: DataFolder, findings: Finding[]): Promise<void> {
  const reached: [where: string, value: unknown][] = []
  for (const collection of await folder.documents.collections())
    reached.push([`documents.db ${collection}`, (await folder.documents.checkpoint(collection))?.value])
  for (const { name, value } of await folder.ops.list(HOUSE, '')) reached.push([`events.db ops ${name}`, value])
  // Read last: meanwhile the store may have grown, but nothing that was reached can lie beyond it.
  const head = await folder.events.head([])
  for (const [where, value] of reached) {
    const furthest = [...JSON.stringify(value ?? null).matchAll(/"(\d{20})"/g)]
      .map((m) => m[1]!)
      .sort()
      .at(-1)
    if (furthest !== undefined && furthest > head)
      findings.push({
        code: 'tail-missing',
        message: `Position ${Number(furthest)} was reached, but the events end at ${Number(head)}: the last ones are gone.`,
        where,
      })
  }
}

async function* eventsTo(folder: DataFolder, until: Position): AsyncGenerator<StoredEvent> {
  if (until === START) return
  const done = new AbortController()
  for await (const page of folder.events.follow({ from: START, prefixes: [], signal: done.signal })) {
    for (const event of page.events) if (event.position <= until) yield event
    if (page.position >= until) break
  }
  done.abort()
}

async function examineEvent(stored: StoredEvent, keys: Keys, findings: Finding[]): Promise<number> {
  const where = `${stored.stream} revision ${stored.revision}`
  let envelopes = 0
  try {
    const event = registry.read(stored)
    const checked = registry.eventOf(event.kind, event.type).stored.safeParse(event.data)
    if (!checked.success)
      findings.push({
        code: 'event-schema',
        message: `${stored.type}: ${checked.error.issues.map((i) => `/${i.path.join('/')} ${i.message}`).join('; ')}`,
        where,
      })
    for (const envelope of envelopesIn(event.data)) {
      envelopes++
      const key = await keys.get(event.meta.tenant, envelope.kid)
      if (key.state === 'absent')
        findings.push({ code: 'key-missing', message: `The key ${envelope.kid} is neither here nor destroyed.`, where })
      else if (key.state === 'live') openValue(envelope, event.meta.tenant, key.key)
    }
  } catch (error) {
    findings.push({
      code: (error as Corrupt).code === 'corrupt' ? 'envelope-broken' : 'event-unreadable',
      message: (error as Error).message,
      where,
    })
  }
  return envelopes
}

/** Folds every model again, up to where it stands, and compares what is stored. */
async function examineDocuments(folder: DataFolder, house: House, findings: Finding[]): Promise<number> {
  return house.projection.pause(async (standing) => {
    let documents = 0
    for (const { folding, collection, reached } of standing) {
      const again = await foldedAgain(folder, folding, collection, reached)
      documents += await compare(folding.model, again, folder.documents, collection, findings)
    }
    return documents
  })
}

async function foldedAgain(
  folder: DataFolder,
  folding: Folding,
  collection: string,
  reached: Position,
): Promise<Documents> {
  const again = new MemoryDocuments()
  await again.declare({ name: collection, indexes: folding.indexes })
  let clock = ''
  let page: Entry[] = []
  const put = async () => {
    await again.write(await foldPage(again, folding, collection, page))
    page = []
  }
  for await (const stored of eventsTo(folder, reached)) {
    clock = stored.recordedAt > clock ? stored.recordedAt : clock
    if (page.push({ stored, event: registry.read(stored), recorded: clock }) === 500) await put()
  }
  await put()
  return again
}

async function compare(
  model: string,
  wanted: Documents,
  found: Documents,
  collection: string,
  findings: Finding[],
): Promise<number> {
  const texts = new Map<string, string>()
  for await (const { tenant, id, position, text } of wanted.scan(collection))
    texts.set(`${tenant} ${id}`, `${position} ${text}`)
  const total = texts.size
  const finding = (code: string, message: string, key: string) =>
    findings.push({
      code,
      message,
      where: `${model} ${key.slice(key.indexOf(' ') + 1)} of tenant ${key.slice(0, key.indexOf(' '))}`,
    })
  for await (const { tenant, id, position, text } of found.scan(collection)) {
    const key = `${tenant} ${id}`
    const expected = texts.get(key)
    texts.delete(key)
    if (expected === undefined) finding('document-unknown', 'The events make no such document.', key)
    else if (expected !== `${position} ${text}`)
      finding('document-differs', 'The document is not what its events make.', key)
  }
  for (const key of texts.keys()) finding('document-missing', 'The document that its events make is not there.', key)
  return total
}
