import type { Command } from './command.ts'
import type { Acting } from './decision.ts'
import type { Value } from './hearing.ts'
import { uuidv8 } from './ids.ts'
import type { Reaction, Reply } from './reaction.ts'

/** The command of the n-th reply to an event: the same, with the same key, however often the event is heard. */
export function commandOf(reaction: Reaction, value: Value, reply: Reply, n: number): Command {
  const id = uuidv8('actor', value.tenant, 'reaction', reaction.name)
  const actor: Acting = { id, kind: 'reaction', role: 'system' }
  const { occurredAt, occurredOn, zone } = value
  return {
    tenant: value.tenant,
    stream: reply.decision.stream.name,
    decision: reply.decision.name,
    ...(reply.id !== undefined && { id: reply.id }),
    body: reply.body,
    occurred: reply.occurred ?? { occurredAt, ...(occurredOn !== undefined && { occurredOn, zone: zone! }) },
    key: `${value.id}/${n}`,
    source: `reaction:${reaction.name}`,
    actor,
    cause: { event: value.id, correlation: value.correlation },
  }
}
