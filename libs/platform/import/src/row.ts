import { channel } from 'node:diagnostics_channel'
import { canonical, Conflict, idHmac, Refusal, uuidv8 } from '@rapport/events'
import type { Command, Doc, Done, Json, Prepared } from '@rapport/events'
import type { RowFact, RowFacts } from './facts.ts'
import { rehearsal } from './house.ts'
import type { Commands, Means, OpenHouse } from './house.ts'
import { Made } from './members.ts'
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

/** The facts of a row, none of which is refused. */
export interface ReadyRow {
  readonly facts: readonly ReadyFact[]
  /** True where it has something that does not stand yet. */
  readonly adds: boolean
  /** Records it, in the order of the mapping; answers how many events were added. */
  append(): Promise<number>
}

/** Decides every fact of a row before any of them is appended, so that a refused one leaves nothing of the row behind. */
export async function readyRow(
  house: OpenHouse,
  origin: Origin,
  row: RowFacts,
  engagement: string | undefined,
): Promise<ReadyRow> {
  const take = (house: OpenHouse, step: (command: Command) => Promise<ReadyFact>) =>
    takeFacts(house, origin, row, engagement, step)
  const prepared = async (command: Command): Promise<ReadyFact> => ({
    command,
    found: await house.handle.prepare(command),
  })
  const handled = (house: OpenHouse) => async (command: Command) => {
    const outcome = await house.handle.handle(command)
    return { command, found: { kind: 'done', outcome } } as const
  }
  try {
    const facts = await take(house, prepared)
    return { facts, adds: adds(facts), append: () => appendFacts(house, facts) }
  } catch (error) {
    if (!(error instanceof NotYet)) throw error
  }
  // One fact refers to another that does not stand yet: all are tried where nothing is recorded, and then recorded one by one.
  const trial = rehearsal(house)
  const facts = await take(trial, handled(trial))
  return {
    facts,
    adds: true,
    async append() {
      let fact = 0
      const record = handled(house)
      const took = await take(house, (command) => {
        if (fact++ > 0) insideImport.publish({ fact: fact - 1 })
        return record(command)
      })
      return took.reduce((sum, { found }) => sum + eventsOf(found), 0)
    },
  }
}

/** A fact refers to the stream of one that is prepared, but not recorded. */
class NotYet extends Error {}

async function takeFacts(
  house: OpenHouse,
  origin: Origin,
  row: RowFacts,
  engagement: string | undefined,
  step: (command: Command) => Promise<ReadyFact>,
): Promise<readonly ReadyFact[]> {
  const taken: { readonly fact: RowFact; readonly ready: ReadyFact }[] = []
  for (const fact of row.facts) {
    const body = bodyOf(fact, engagement, taken)
    taken.push({ fact, ready: await readyFact(house, origin, row, fact, body, step) })
  }
  return taken.map(({ ready }) => ready)
}

async function readyFact(
  house: OpenHouse,
  { commands, means, batch, personalReference }: Origin,
  { reference }: RowFacts,
  fact: RowFact,
  body: Doc,
  step: (command: Command) => Promise<ReadyFact>,
): Promise<ReadyFact> {
  const { decision, correction, role } = means.imported.get(fact.mapping.as)!
  const key = ['fact', ...fact.key]
  const more: Partial<Command> = {
    received: fact.content as Json,
    ...(fact.occurred !== undefined && { occurred: fact.occurred }),
    import: { batch, source: commands.source, ...(reference !== undefined && { reference, personalReference }) },
  }
  const command = commands.command(decision, key, within(body, decision.command), more, role)
  try {
    return await step(command)
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'idempotency-key-reused') throw error
    if (fact.mapping.onChange !== 'correct' || correction === undefined)
      throw new Refusal('changed', 'A fact with this key stands already, with other content.')
    // The stream of a create without an identity of its own follows from its command.
    const id = String(error.detail['id'] ?? uuidv8('stream', house.handle.commandId(command)))
    const standing = await house.handle.folds.state(decision.stream.name, commands.tenant, id)
    const at = standing?.first.engagement
    if (at !== undefined && body['engagement'] !== undefined && at !== body['engagement'])
      throw new Refusal(
        'engagement-differs',
        'A fact with this key stands in another engagement; a correction does not move it to the one of this row.',
      )
    const content = idHmac((await house.ring.secrets(commands.tenant)).idKey, 'import-content', canonical(fact.content))
    const reason = 'reason' in correction.command ? { reason: `Changed in ${commands.source}.` } : {}
    const { engagement: _, ...said } = body
    const corrected = within({ ...reason, ...said }, correction.command)
    return step(commands.command(correction, [...key, content], corrected, { ...more, id }, role))
  }
}

/** The fields of a fact, with the streams that facts before it made. */
function bodyOf(
  fact: RowFact,
  engagement: string | undefined,
  taken: readonly { readonly fact: RowFact; readonly ready: ReadyFact }[],
): Doc {
  const body: Record<string, Json> = engagement === undefined ? {} : { engagement }
  for (const [name, value] of Object.entries(fact.fields)) {
    if (!(value instanceof Made)) {
      body[name] = value as Json
      continue
    }
    const made = taken.filter((t) => t.fact.mapping.name === value.fact)
    const ids = made
      .filter((t) => value.many || t.fact.members.length === 0 || t.fact.members.includes(fact.members[0]!))
      .map(({ ready }) => idOf(ready))
    if (ids.length > 0) body[name] = value.many ? [...new Set(ids)] : ids[0]!
  }
  return body
}

function idOf({ found }: ReadyFact): string {
  if (found.kind === 'prepared') throw new NotYet()
  return found.outcome.id
}

const within = (body: Doc, shape: object): Doc =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name in shape))

const adds = (ready: readonly ReadyFact[]): boolean => ready.some(({ found }) => found.kind === 'prepared')

const eventsOf = (found: ReadyFact['found']): number =>
  found.kind === 'done' && !found.outcome.replayed ? found.outcome.events : 0

async function appendFacts(house: OpenHouse, ready: readonly ReadyFact[]): Promise<number> {
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
      events += eventsOf({ kind: 'done', outcome })
    }
  }
  return events
}
