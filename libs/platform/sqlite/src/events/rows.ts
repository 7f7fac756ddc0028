import type { Database } from '../database.ts'
import { BLOCK } from './schema.ts'

const COLUMNS = 9
const MANY = 32
const row = `(${Array(COLUMNS).fill('?').join(',')})`
const insert = 'INSERT INTO events (seq, context, stream, revision, id, type, recorded, metadata, data) VALUES '
const insertOne = insert + row
const insertMany = insert + Array(MANY).fill(row).join(',')
/** What a row and its index entries take beside the texts. */
const ROW_BYTES = 200

type Cell = string | number

/** The rows of one group, written with few statements. */
export class Rows {
  readonly #db: Database
  #cells: Cell[] = []
  #bytes = 0
  /** The last block written of each context; what is not known is written again and ignored. */
  readonly #blocks = new Map<number, number>()

  constructor(db: Database) {
    this.#db = db
  }

  /** About how much there is to write, 0 for nothing. */
  get bytes(): number {
    return this.#bytes
  }

  add(
    seq: number,
    context: number,
    stream: number,
    revision: number,
    id: string,
    type: string,
    recorded: string,
    metadata: string,
    data: string,
  ): void {
    this.#bytes += ROW_BYTES + metadata.length + data.length
    this.#cells.push(seq, context, stream, revision, id, type, recorded, metadata, data)
  }

  /** Events of a stream after one revision up to another, as the group adds them. */
  of(stream: number, after: number, to: number): { readonly seq: number; readonly id: string }[] {
    const found: { readonly seq: number; readonly id: string }[] = []
    for (let at = 0; at < this.#cells.length; at += COLUMNS) {
      const [seq, , of, revision, id] = this.#cells.slice(at, at + 5) as [number, number, number, number, string]
      if (of === stream && revision > after && revision <= to) found.push({ seq, id })
    }
    return found
  }

  write(): void {
    this.#writeBlocks()
    const cells = this.#cells
    const [many, one] = [this.#db.sql(insertMany), this.#db.sql(insertOne)]
    let at = 0
    for (; at + MANY * COLUMNS <= cells.length; at += MANY * COLUMNS) many.run(...cells.slice(at, at + MANY * COLUMNS))
    for (; at < cells.length; at += COLUMNS) one.run(...cells.slice(at, at + COLUMNS))
  }

  #writeBlocks(): void {
    for (let at = 0; at < this.#cells.length; at += COLUMNS) {
      const context = Number(this.#cells[at + 1])
      const block = Math.floor(Number(this.#cells[at]) / BLOCK)
      if (this.#blocks.get(context) === block) continue
      this.#db.sql('INSERT OR IGNORE INTO context_blocks (context, block) VALUES (?, ?)').run(context, block)
      this.#blocks.set(context, block)
    }
  }

  clear(): void {
    this.#cells = []
    this.#bytes = 0
  }

  /** After a rollback nobody knows which blocks stand. */
  forget(): void {
    this.#blocks.clear()
  }
}
