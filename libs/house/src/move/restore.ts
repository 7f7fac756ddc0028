import { HOUSE, RapportError, START, type Json } from '@rapport/events'
import type { Ports, StoreIdentity } from '../house.ts'
import { Arriving, type Exported } from './arriving.ts'
import { adoptKeys, checkKeysFile } from './keys-file.ts'
import { readLines, type Line } from './lines.ts'
import { adoptOps, silence, type OpsTarget } from './ops.ts'

/** Where a store moves to. */
export interface MoveTarget {
  readonly ports: Ports
  readonly heard: OpsTarget['heard']
  /** Makes it the store that it is from now on; the last thing that happens. */
  finish(store: StoreIdentity): Promise<void>
}
export interface RestoreOptions {
  readonly input: AsyncIterable<Uint8Array>
  /** Opens the file of the keys; it is read twice. */
  readonly keys: () => AsyncIterable<Uint8Array>
  readonly onEvents?: (events: number) => void
  readonly signal: AbortSignal
}
export interface Moved {
  readonly store: StoreIdentity
  readonly events: number
  readonly keys: number
}

/** Ops keeps under this name, while a store moves here, which one it is. */
export const MOVE = 'move'

/**
 * Takes an export over: the keys, then every event in its order with its id, its texts and the instant at which it was first recorded,
 * then what belongs to Ops; in the end everything is read again and compared. The target must be empty, or hold the beginning of the same
 * store from an attempt that was cut short (a newer export of it too): then it goes on behind the last event that stands.
 *
 * `target-not-empty`, `target-changed` (others write to it), `keys-mixed-up`, `keys-differ`, `key-missing`, `secrets-missing`, and what
 * {@link readLines} says. The store keeps its id; the number of its restores grows by one.
 */
export async function restoreExport(target: MoveTarget, options: RestoreOptions): Promise<Moved> {
  const { ports } = target
  const { header, blocks } = await readLines(options.input, 'export')
  await checkKeysFile(options.keys(), header.keys!)
  const store: StoreIdentity = { id: header.store, restores: header.restores + 1 }
  await begin(ports, header.store, header.restores)
  const keys = await adoptKeys(ports.keys, options.keys())
  const events = new Arriving(ports, options)
  const source = `urn:rapport:store:${store.id}/${store.restores}`
  const opsTarget: OpsTarget = { events: ports.events, ops: ports.ops, source, heard: target.heard }
  let ops = 0
  try {
    for await (const { lines, end } of blocks) {
      options.signal.throwIfAborted()
      const at = lines.findIndex((line) => line['event'] === undefined)
      const own = at === -1 ? lines : lines.slice(0, at)
      if (ops > 0 && own.length > 0) throw notOurs()
      await events.take(own.map(eventOf))
      for (const line of lines.slice(own.length)) await adoptOps(opsTarget, line)
      ops += lines.length - own.length
      if (end !== undefined) expectCounts(end['end'], { events: events.count, ops })
    }
  } finally {
    await events.end()
  }
  await events.compare()
  await silence(opsTarget)
  await target.finish(store)
  return { store, events: events.count, keys }
}

async function begin({ events, documents, ops, keys }: Ports, store: string, restores: number): Promise<void> {
  const begun = await ops.get(HOUSE, MOVE)
  if (begun !== undefined) {
    const { store: of, restores: times } = begun.value as { readonly store?: string; readonly restores?: number }
    if (of === store && times === restores) return
    throw new RapportError('target-not-empty', 'Another store has begun to move here; only that one can go on.', {
      store: String(of),
    })
  }
  const found = [
    ...((await events.head([])) === START ? [] : ['events']),
    ...((await ops.list(HOUSE, '')).length === 0 ? [] : ['the state of a deployment']),
    ...((await keys.tenants()).length === 0 ? [] : ['keys']),
    ...((await documents.collections()).length === 0 ? [] : ['read models']),
  ]
  if (found.length > 0)
    throw new RapportError('target-not-empty', `The target is not empty: it holds ${found.join(', ')}.`, { found })
  if ((await ops.set(HOUSE, MOVE, { store, restores }, 'none')) === 'lost')
    throw new RapportError('target-changed', 'Somebody else has begun to move a store here at this moment.')
}

function eventOf(line: Line): Exported {
  const { stream, revision, id, type, recordedAt, metadata, data } = line['event'] as Readonly<Record<string, Json>>
  if (
    [stream, id, type, recordedAt, metadata, data].some((text) => typeof text !== 'string') ||
    typeof revision !== 'number'
  )
    throw notOurs()
  return { stream, revision, id, type, recordedAt, metadata, data } as Exported
}

function expectCounts(found: Json | undefined, expected: { readonly events: number; readonly ops: number }): void {
  const { events, ops } = (found ?? {}) as { readonly events?: Json; readonly ops?: Json }
  if (events !== expected.events || ops !== expected.ops)
    throw new RapportError('export-damaged', 'The export does not hold as much as it says.', expected)
}

const notOurs = (): RapportError => new RapportError('export-damaged', 'A line of the export is none of ours.')
