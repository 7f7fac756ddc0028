import { randomUUID } from 'node:crypto'
import type { Position, PutOutcome } from '@rapport/events'
import type { mongo } from 'mongoose'
import { settle } from '../settle.ts'
import type { Judgement } from '../settle.ts'
import type { Row, Table } from './table.ts'

/** A put, checked and ready to be written. */
export interface Change {
  readonly table: Table
  readonly row: Omit<Row, 'write'>
  readonly expected: 'none' | Position
}

/**
 * Writes every change whose expected position stands, and answers each. Every write leaves its own name in the row, so that afterwards
 * it can be read who won. `lost` means that the row is not ours: where an answer was cut off and another has moved the row on before we
 * could read it, that is all that can be said, and the same as what the next moment would have brought.
 */
export async function writeAll(patience: number, changes: readonly Change[]): Promise<readonly PutOutcome[]> {
  const outcomes = new Map<Change, PutOutcome>()
  for (const wave of waves(changes)) await writeWave(patience, wave, outcomes)
  return changes.map((change) => outcomes.get(change)!)
}

/** A row is written once at a time: what changes it again goes into the next wave. */
function waves(changes: readonly Change[]): readonly (readonly Change[])[] {
  const waves: Change[][] = []
  const times = new Map<string, number>()
  for (const change of changes) {
    const key = `${change.table.stored} ${change.row._id}`
    const wave = times.get(key) ?? 0
    times.set(key, wave + 1)
    ;(waves[wave] ??= []).push(change)
  }
  return waves
}

async function writeWave(patience: number, wave: readonly Change[], outcomes: Map<Change, PutOutcome>): Promise<void> {
  const write = randomUUID()
  let open = [...wave]
  const judge = async (): Promise<Judgement> => {
    for (const [table, changes] of byTable(open)) {
      const ids = changes.map(({ row }) => row._id)
      const stored = await table.byId(ids, 'position', 'write')
      for (const change of changes) {
        const standing = stored.get(change.row._id)
        if (standing?.write === write) outcomes.set(change, 'written')
        else if ((standing?.position ?? 'none') !== change.expected) outcomes.set(change, 'lost')
      }
    }
    open = open.filter((change) => !outcomes.has(change))
    return open.length === 0 ? 'won' : 'open'
  }
  const attempt = async (): Promise<boolean> => {
    for (const [table, changes] of byTable(open)) {
      const operations = changes.map(({ row, expected }) => operation({ ...row, write }, expected))
      const { insertedCount, matchedCount } = await table.rows.bulkWrite(operations, { ordered: false })
      if (insertedCount + matchedCount < changes.length) return false
      for (const change of changes) outcomes.set(change, 'written')
      open = open.filter((change) => !outcomes.has(change))
    }
    return true
  }
  await settle(patience, attempt, judge)
}

const operation = (row: Row, expected: 'none' | Position): mongo.AnyBulkWriteOperation<Row> =>
  expected === 'none'
    ? { insertOne: { document: row } }
    : { replaceOne: { filter: { _id: row._id, position: expected }, replacement: row } }

const byTable = (changes: readonly Change[]): ReadonlyMap<Table, readonly Change[]> =>
  Map.groupBy(changes, ({ table }) => table)
