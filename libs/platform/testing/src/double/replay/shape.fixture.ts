import { randomUUID } from 'node:crypto'
import { jsonEvent } from '@eventstore/db-client'
import type { AppendExpectedRevision, EventStoreDBClient } from '@eventstore/db-client'
import { expect } from '@jest/globals'
import type { Recorded } from './records.fixture.ts'

/** An answer or an error in the form in which the records have it. */
export async function shaped(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return plain(await call())
  } catch (error) {
    return { error: errorShape(error) }
  }
}

/** Bigints as `5n`, dates as texts; members that are undefined are none. */
export const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? 'null')

const members = 'type code message streamName expectedVersion actualVersion maxAppendSize'.split(' ')

export function errorShape(error: unknown): unknown {
  const of = error as Error & Record<string, unknown> & { _raw?: { name: string; code: number; details: string } }
  return plain({
    name: of.name,
    ctor: of.constructor.name,
    ...Object.fromEntries(members.map((name) => [name, of[name]])),
    ...(of._raw && { _raw: { name: of._raw.name, code: of._raw.code, details: of._raw.details } }),
    // A plain error of gRPC has these itself.
    ...(of['type'] === undefined && of['details'] !== undefined && { details: of['details'], metadata: {} }),
    instanceofError: of instanceof Error,
  })
}

/** Names of streams and the port were random: each becomes what it was in the record. */
export function named(value: unknown, names: ReadonlyMap<string, string>): unknown {
  let text = JSON.stringify(value)
  for (const [now, then] of names) text = text.replaceAll(now, then)
  return JSON.parse(text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:2113'))
}

/** Positions are offsets in files: between two servers their order and equality compare, not their values. */
export class Positions {
  readonly #pairs: [now: bigint, then: bigint][] = []

  /** Takes the positions out of an answer and out of its record, in pairs. */
  without(now: unknown, then: unknown): [now: unknown, then: unknown] {
    const [here, there] = [bigintsOf(now), bigintsOf(then)]
    expect(here).toHaveLength(there.length)
    for (const [n, at] of here.entries()) this.#pairs.push([at, there[n]!])
    return [withoutValues(now), withoutValues(then)]
  }

  sameOrder(): void {
    const sign = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
    for (const [a, b] of this.#pairs)
      for (const [c, d] of this.#pairs) expect([a, c, sign(a, c)]).toEqual([a, c, sign(b, d)])
  }
}

const at = /"(?:commit|prepare|commitPosition)":"(\d+)n"/g
const bigintsOf = (value: unknown): bigint[] => [...JSON.stringify(value).matchAll(at)].map(([, n]) => BigInt(n!))
const withoutValues = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(at, '"at":"…"'))

export const aName = (): string => `replay-${randomUUID()}`
export const event = (id: string = randomUUID(), data: unknown = { n: 0 }) =>
  jsonEvent({ id, type: 'Happened', data: data as Record<string, unknown> })
export const eventsOf = (count: number, data?: unknown) => Array.from({ length: count }, () => event(undefined, data))

/** `"5n"` of a record as the client wants it. */
export const revisionOf = (text: string): AppendExpectedRevision =>
  /^\d+n$/.test(text) ? BigInt(text.slice(0, -1)) : (text as AppendExpectedRevision)

export async function idsIn(client: EventStoreDBClient, stream: string): Promise<string[]> {
  const ids: string[] = []
  for await (const { event: one } of client.readStream(stream)) ids.push(one!.id)
  return ids
}

/** What a call answered must be what was recorded. */
export function agrees(
  actual: unknown,
  { res }: Recorded,
  names: ReadonlyMap<string, string>,
  positions = new Positions(),
): void {
  const [now, then] = positions.without(named(actual, names), res)
  expect(now).toEqual(then)
}
