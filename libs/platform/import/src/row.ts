import { channel } from 'node:diagnostics_channel'
import { canonical, Conflict, idHmac, Refusal, uuidv8 } from '@rapport/events'
import type { Command, Doc, Done, Json, Prepared } from '@rapport/events'
import type { RowFact, RowFacts } from './facts.ts'
import type { Commands, Means, OpenHouse } from './house.ts'
import type { Problem } from './records.ts'

const insideImport = channel('rapport.crash.inside-import')

/** One fact of a row, decided and sealed but not appended, or found to stand already. */
export interface ReadyFact {
  readonly command: Command
  readonly found: Prepared | Done
}

/** What refused a row, in the words of its file of rejected rows. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof Refusal)) throw error
  const errors = error.detail['errors'] as readonly { readonly path: string; readonly message: string }[] | undefined
  const where = errors === undefined ? '' : ` (${errors.map((e) => `${e.path}: ${e.message}`).join('; ')})`
  return { code: error.code, reason: error.message + where }
}

/** What the facts of one import have in common. */
export interface Origin {
  readonly commands: Commands
  readonly means: Means
  /** Id of the event that began the import. */
  readonly batch: string
  readonly personalReference: boolean
}

/** Prepares every fact of a row before any of them is appended, so that a refused one leaves nothing of the row behind. */
export async function readyFacts(
  house: OpenHouse,
  origin: Origin,
  row: RowFacts,
  engagement: string | undefined,
): Promise<readonly ReadyFact[]> {
  const ready: ReadyFact[] = []
  for (const fact of row.facts) ready.push(await readyFact(house, origin, row, fact, engagement))
  return ready
}

async function readyFact(
  house: OpenHouse,
  { commands, means, batch, personalReference }: Origin,
  { reference }: RowFacts,
  fact: RowFact,
  engagement: string | undefined,
): Promise<ReadyFact> {
  const { decision, correction, role } = means.imported.get(fact.mapping.as)!
  const key = ['fact', ...fact.key]
  const more: Partial<Command> = {
    received: fact.content as Json,
    ...(fact.occurred !== undefined && { occurred: fact.occurred }),
    import: { batch, source: commands.source, ...(reference !== undefined && { reference, personalReference }) },
  }
  const command = commands.command(decision, key, bodyOf(fact, decision.command, engagement), more, role)
  try {
    return { command, found: await house.handle.prepare(command) }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'idempotency-key-reused') throw error
    if (fact.mapping.onChange !== 'correct' || correction === undefined)
      throw new Refusal('changed', 'A fact with this key stands already, with other content.')
    // The stream of a create without an identity of its own follows from its command.
    const id = String(error.detail['id'] ?? uuidv8('stream', house.handle.commandId(command)))
    const content = idHmac((await house.ring.secrets(commands.tenant)).idKey, 'import-content', canonical(fact.content))
    const reason = 'reason' in correction.command ? { reason: `Changed in ${commands.source}.` } : {}
    const body = { ...reason, ...bodyOf(fact, correction.command, undefined) }
    const corrected = commands.command(correction, [...key, content], body, { ...more, id }, role)
    return { command: corrected, found: await house.handle.prepare(corrected) }
  }
}

function bodyOf(fact: RowFact, shape: object, engagement: string | undefined): Doc {
  const body: Record<string, Json> = {}
  if (engagement !== undefined && 'engagement' in shape) body['engagement'] = engagement
  for (const [name, value] of Object.entries(fact.fields)) if (name in shape) body[name] = value as Json
  return body
}

/** True where a row has something that does not stand yet. */
export const adds = (ready: readonly ReadyFact[]): boolean => ready.some(({ found }) => found.kind === 'prepared')

/** Appends what was prepared, in the order of the mapping; answers how many events were added. */
export async function appendFacts(house: OpenHouse, ready: readonly ReadyFact[]): Promise<number> {
  let events = 0
  for (const [n, { command, found }] of ready.entries()) {
    if (n > 0) insideImport.publish({ fact: n })
    if (found.kind === 'done') continue
    try {
      events += (await house.handle.commit(found)).events
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
      // Somebody was there first: what stands now decides anew.
      const outcome = await house.handle.handle(command)
      if (!outcome.replayed) events += outcome.events
    }
  }
  return events
}
