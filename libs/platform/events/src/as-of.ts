import { RapportError } from './errors.ts'
import { logFolding, storedOf, type Entry, type Folding, type LogEntry } from './folding.ts'
import { MemoryDocuments } from './memory/index.ts'
import { uuidLike, type Condition, type Documents, type Position } from './ports.ts'
import { foldPage } from './fold-page.ts'
import type { Registry } from './registry.ts'
import { dayEnd, instantText, parseDate, parseInstant } from './time.ts'

/** `recorded`: what did we know; `occurred`: what was true. */
export type Clock = 'recorded' | 'occurred'

/** A moment of the past on one clock. Exactly one of `before` (exclusive) and `upTo` (inclusive, recorded clock only) is given. */
export interface AsOf {
  readonly clock: Clock
  readonly before?: string
  readonly upTo?: Position
}

/** Live as-of is promised up to this many events of a scope (contracts.md §7). */
export const AS_OF_LIMIT = 50_000

/**
 * Reads `asOf`: an instant (inclusive), a date (everything before the next day begins in the zone), or on the recorded clock an event id
 * or a position that the store has given. `as-of-invalid` for anything else.
 */
export async function parseAsOf(
  text: string,
  clock: Clock,
  zone: string,
  log: {
    readonly documents: Documents
    readonly tenant: string
    readonly collection: string
    readonly head: () => Promise<Position>
  },
): Promise<AsOf> {
  const invalid = (): never => {
    throw new RapportError(
      'as-of-invalid',
      'asOf takes an instant with an offset, a date, or on the recorded clock an event id or a position.',
    )
  }
  const date = parseDate(text)
  if (date !== undefined) return { clock, before: dayEnd(date, zone) }
  const instant = parseInstant(text)
  if (instant !== undefined)
    return { clock, before: instantText(Temporal.Instant.from(instant).add({ milliseconds: 1 })) }
  if (clock !== 'recorded') return invalid()
  if (uuidLike(text)) {
    const found = await log.documents.get(log.tenant, log.collection, text.toLowerCase())
    if (found === undefined || found.doc === 'deleted') return invalid()
    return { clock, upTo: (found.doc as LogEntry).at }
  }
  if (!/^[0-9]{20,40}$/.test(text)) return invalid()
  // Of another store, or not given yet: it would compare somehow, and be answered as if nothing, or everything, had been known.
  const head = await log.head()
  return text.length === head.length && text <= head ? { clock, upTo: text } : invalid()
}

const bound = (asOf: AsOf): readonly Condition[] =>
  asOf.upTo !== undefined
    ? [{ field: 'at', lte: asOf.upTo }]
    : [{ field: asOf.clock === 'recorded' ? 'recorded' : 'moment', lt: asOf.before! }]

export interface Past {
  readonly documents: Documents
  readonly registry: Registry
  readonly tenant: string
  /** The collection of the log. */
  readonly log: string
}

/** Which part of the log: of these scopes, or of the tenant; of these kinds of stream, or of all. */
export interface Slice {
  readonly scopes?: readonly string[] | undefined
  readonly kinds?: readonly string[] | undefined
}

const oneOf = (field: string, values: readonly string[] | undefined): readonly Condition[] =>
  values === undefined ? [] : [values.length === 1 ? { field, eq: values[0]! } : { field, in: values }]

/** The entries of a part of the log as of a moment, in recorded order. `as-of-too-large` beyond {@link AS_OF_LIMIT}. */
export async function logAsOf(
  past: Past,
  slice: Slice,
  asOf: AsOf,
): Promise<readonly { readonly id: string; readonly entry: LogEntry }[]> {
  const found = await past.documents.find(past.tenant, past.log, {
    where: [...oneOf('scope', slice.scopes), ...oneOf('kind', slice.kinds), ...bound(asOf)],
    sort: { field: 'at', direction: 'asc' },
    limit: AS_OF_LIMIT + 1,
  })
  if (found.length > AS_OF_LIMIT)
    throw new RapportError('as-of-too-large', `More than ${AS_OF_LIMIT} events would have to be folded.`)
  return found.map(({ id, doc }) => ({ id, entry: doc as LogEntry }))
}

export const entryOf = (registry: Registry, id: string, entry: LogEntry): Entry => {
  const stored = storedOf(id, entry)
  return { stored, event: registry.read(stored), recorded: entry.recorded }
}

/** A read model as it was: its documents folded again from the log into memory, under the folding's own name. */
export async function foldAsOf(
  past: Past,
  folding: Folding,
  scopes: readonly string[] | undefined,
  asOf: AsOf,
): Promise<MemoryDocuments> {
  const slice = { scopes, kinds: folding.kinds }
  const documents = new MemoryDocuments()
  await documents.declare({ name: folding.name, indexes: folding.indexes })
  const entries = (await logAsOf(past, slice, asOf)).map(({ id, entry }) => entryOf(past.registry, id, entry))
  await documents.write(await foldPage(documents, folding, folding.name, entries))
  return documents
}

/** The log itself as it was: on the recorded clock an entry's effective time is what was known of it then. */
export async function foldLogAsOf(
  past: Past,
  scopes: readonly string[] | undefined,
  asOf: AsOf,
): Promise<MemoryDocuments> {
  return foldAsOf(past, logFolding, scopes, asOf)
}
