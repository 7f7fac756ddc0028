import {
  at,
  Handle,
  KeyRing,
  MemoryEventStore,
  MemoryKeys,
  onDay,
  Refusal,
  type Acting,
  type AnyDecision,
  type Command,
  type Doc,
  type Figures,
  type Occurred,
  type Registry,
  type Served,
  type StoredEvent,
  type Wanted,
} from '@rapport/events'
import { chance, commandFor, pick, type Known } from './chance.ts'

const TENANT = 'story'
const ROUNDS = 16
const actors = [1, 2, 3].map((n) => `0192f0c1-7b7a-7c3e-8b8a-00000000000${n}`)
const BATCH = '0192f0c1-7b7a-7c3e-8b8a-00000000000b'

/**
 * A story that the definitions write themselves: rounds of commands made of the decisions' examples, through `handle`. Every choice follows
 * from the stream, the round and the step, so a new stream changes nothing of what the others tell; only envelopes are random.
 */
export async function tell(registry: Registry): Promise<readonly StoredEvent[]> {
  const imported = new Set(registry.contexts.flatMap(({ imports }) => imports.map(({ decision }) => decision)))
  let now = Temporal.Instant.from('2026-03-01T12:00:00Z')
  const store = new MemoryEventStore({ now: () => now.epochMilliseconds })
  const handle = new Handle({
    store,
    keys: new KeyRing(new MemoryKeys({ seed: TENANT })),
    registry,
    clock: () => now,
    figures: async (_, engagement, wanted) => figures(engagement, wanted),
  })
  const ids = new Map<string, Set<string>>()
  const known: Known = (kind) => [...(ids.get(kind) ?? [])]

  for (let round = 0; round < ROUNDS; round++) {
    now = now.add({ hours: 24 })
    for (const { stream, decisions } of registry.streams)
      for (const [decision, step] of steps({ stream, decisions })) {
        const key = `${stream.name}/${decision.name}/${round}/${step}`
        // What is refused is tried again as its example says it, now.
        for (const vary of [true, false]) {
          const id = await act(command(decision, `${key}/${vary}`, known, now, imported.has(decision), vary))
          if (id === undefined) continue
          if (!ids.has(stream.name)) ids.set(stream.name, new Set())
          ids.get(stream.name)!.add(id)
          break
        }
      }
  }
  return store.log.all

  async function act(asked: Command): Promise<string | undefined> {
    try {
      return (await handle.handle(asked)).id
    } catch (error) {
      if (error instanceof Refusal) return undefined
      throw new Error(`The story fails at ${asked.key}.`, { cause: error })
    }
  }
}

/** What projection might answer: a story has none. */
const figures = (engagement: string, { measures, from, to }: Wanted): Figures =>
  Object.fromEntries(
    measures.map((measure) => {
      const n = chance(`${engagement}/${measure}/${from}/${to}`, 9)
      const value = n === 0 ? null : (1 / n).toFixed(4)
      return [measure, { measure, version: 1, models: ['story.v1'], value, n, events: n === 0 ? [] : [BATCH] }]
    }),
  )

/** More is begun than ended: creates four times a round, then every other decision twice. */
const steps = ({ decisions }: Served): readonly (readonly [AnyDecision, number])[] => {
  const times = (decision: AnyDecision): number => (decision.creates === true ? 4 : 2)
  const inOrder = [...decisions].sort((a, b) => Number(b.creates ?? false) - Number(a.creates ?? false))
  return inOrder.flatMap((decision) => Array.from({ length: times(decision) }, (_, n) => [decision, n] as const))
}

function command(
  decision: AnyDecision,
  key: string,
  known: Known,
  now: Temporal.Instant,
  importable: boolean,
  vary: boolean,
): Command {
  const { stream } = decision
  const body = commandFor(decision, known, key, vary && chance(`${key}/vary`, 3) > 0) as Doc
  const id = decision.creates === true || stream.singleton ? undefined : pick(`${key}/id`, known(stream.name))
  const asImport = importable && chance(`${key}/import`, 3) === 0
  const occurred = vary ? when(key, now) : undefined
  const role = pick(`${key}/role`, decision.roles)!
  const stakeholder =
    (body['stakeholder'] as string | undefined) ?? pick(`${key}/who`, known('engagements.stakeholder'))
  const actor: Acting = {
    id: pick(`${key}/actor`, actors)!,
    kind: asImport ? 'connector' : 'person',
    role,
    ...(role === 'client' && stakeholder !== undefined && { stakeholder }),
  }
  return {
    tenant: TENANT,
    stream: stream.name,
    decision: decision.name,
    ...(id !== undefined && { id }),
    body,
    key,
    source: asImport ? 'import:story' : actor.id,
    actor,
    occurred,
    ...(asImport && { received: body, import: { batch: BATCH, source: 'story', reference: key } }),
  }
}

function when(key: string, now: Temporal.Instant): Occurred | undefined {
  const ago = now.subtract({ hours: chance(`${key}/ago`, 72) })
  switch (chance(`${key}/when`, 4)) {
    case 0:
      return at(ago)
    case 1:
      return onDay(ago.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString(), 'Asia/Shanghai')
    default:
      return undefined
  }
}
