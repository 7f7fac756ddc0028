import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EventStoreDBClient } from '@eventstore/db-client'
import { startDouble } from '../start.ts'
import type { Double, DoubleOptions } from '../start.ts'

/** The answers of a real server to the client's calls, as they were recorded; they lie beside the repository. */
const folder = fileURLToPath(new URL('../../../../../../../shared/vectors/eventstoredb/observations/', import.meta.url))
export const recordsAreThere = existsSync(folder)

export interface Recorded {
  readonly req: {
    readonly op: string
    readonly label?: string
    readonly stream?: string
    readonly n?: number
  } & Record<string, unknown>
  readonly res?: unknown
}

/** The lines of a file by number, from 1. */
export type Lines = (line: number) => Recorded

/** One replay: which lines of which file (`append` for append-es.jsonl) it shows, and how. */
export interface Replay {
  readonly file: string
  readonly lines: readonly number[]
  readonly options?: DoubleOptions
  readonly run: (double: Double, lines: Lines) => Promise<void>
}

const recordedIn = (file: string): Recorded[] =>
  readFileSync(`${folder}${file}-es.jsonl`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Recorded)

export const linesOf = (file: string): Lines => {
  const all = recordedIn(file)
  return (line) => all[line - 1]!
}

/** Every answered call of the client, `file:line`. */
export const answered = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('-es.jsonl'))
    .map((name) => basename(name, '-es.jsonl'))
    .flatMap((file) => recordedIn(file).flatMap(({ res }, n) => (res === undefined ? [] : [`${file}:${n + 1}`])))

/** `1–3, 5` as numbers. */
export const numbers = (text: string): number[] =>
  text.split(',').flatMap((part) => {
    const [from, to = from] = part.trim().split('–').map(Number) as [number, number?]
    return Array.from({ length: to - from + 1 }, (_, n) => from + n)
  })

const clients: EventStoreDBClient[] = []

/** A client that is disposed of with the replay. */
export function clientOf({ address }: Double, more = ''): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(`${address}${more}`)
  clients.push(client)
  return client
}

/** Runs a replay on a double of its own. */
export async function replay({ file, options, run }: Replay): Promise<void> {
  const double = await startDouble(options)
  try {
    await run(double, linesOf(file))
  } finally {
    await forget()
    await double.dispose()
  }
}

/** Before the server goes: a client that loses it throws away what all others of the process wait for. */
export const forget = async (): Promise<void> => {
  for (const client of clients.splice(0)) await client.dispose()
}
