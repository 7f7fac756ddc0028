import { expect } from '@jest/globals'
import {
  onDay,
  platformCodes,
  Refusal,
  roles,
  streamName,
  type Acting,
  type AnyDecision,
  type Context,
  type Fact,
  type Occurred,
  type Recorded,
  type Stream,
} from '@rapport/events'
import fc from 'fast-check'
import { bodyOf, instants } from './arbitrary.ts'
import { anId, ENGAGEMENT, OnMemory, TENANT } from './on-memory.ts'

/** A stream that a walk has made, opened. */
export interface Walked<S> {
  readonly id: string
  readonly state: S
  readonly events: readonly Recorded[]
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose<S> = { readonly [P in keyof S]: any }

export interface Walk<S> {
  /** What streams of other kinds say; commands refer to them. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly known?: readonly (readonly [fact: Fact<any>, id: string, state: object])[]
  /** Bodies of a decision, where those that follow from its schema would never meet its rules. */
  readonly bodies?: Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>>
  /** How far the clock goes from one command to the next; by default 37 minutes. */
  readonly pace?: Temporal.DurationLike
  /** How many walks; by default 60. More where a decision is seldom accepted. */
  readonly runs?: number
  /** What is true of the walk's streams whatever was sent; called after every accepted command. */
  holds(streams: readonly Walked<Loose<S>>[]): void
}

interface Step {
  readonly decision: AnyDecision
  readonly body: Record<string, unknown>
  readonly spoil: { readonly field: number; readonly value: unknown } | undefined
  readonly target: number
  readonly as: Partial<Acting>
  readonly occurred: Occurred | undefined
  readonly again: boolean
}

const ROUNDS = 10

/** A reference to the n-th stream of the walk, which has no id yet. */
const OWN = /^own:(\d+)$/

/**
 * Sends random commands, valid and invalid, to a few streams of one kind. Whatever is sent: a command is accepted or refused with a known
 * code, a refused one appends nothing, a repeated one nothing more, the cached fold equals a replay of the store, and `holds` holds.
 */
export async function walkStream<S>(context: Context, stream: Stream<S>, walk: Walk<S>): Promise<void> {
  const { decisions } = context.streams.find((served) => served.stream === stream)!
  const steps = fc.array(stepOf(decisions, stream, walk), { minLength: 10, maxLength: 40, size: 'max' })
  const accepted = new Set<string>()
  const walking = fc.asyncProperty(steps, async (steps) => {
    const house = new OnMemory([context])
    for (const [fact, id, state] of walk.known ?? []) house.know(fact, id, state)
    const ids = new Set<string>()
    for (const step of steps) if (await take(house, stream, step, ids, walk)) accepted.add(step.decision.name)
  })
  // What is accepted seldom may need more walks than usual before it is; chance must not fail a spec.
  const seed = fc.readConfigureGlobal().seed
  for (let round = 0; round < ROUNDS && accepted.size < decisions.length; round++)
    await fc.assert(walking, { numRuns: walk.runs ?? 60, ...(seed !== undefined && { seed: seed + round }) })
  // A walk on which a decision is never accepted proves nothing of it.
  expect([...accepted].sort()).toEqual(decisions.map(({ name }) => name).sort())
}

async function take<S>(
  house: OnMemory,
  stream: Stream<S>,
  step: Step,
  ids: Set<string>,
  walk: Walk<S>,
): Promise<boolean> {
  house.now = house.now.add(walk.pace ?? { minutes: 37 })
  const own = (n: number): string => [...ids][n % Math.max(ids.size, 1)] ?? anId(404)
  const { decision, again, as, occurred } = step
  const body = spoilt(resolved(step.body, own) as Record<string, unknown>, step.spoil)
  const sent = { id: own(step.target), key: `key-${house.count}-${ids.size}-${house.now.toString()}`, as, occurred }
  const before = house.count
  const revision = (await house.events(stream.name, sent.id)).length - 1
  try {
    const outcome = await house.send(decision, body, sent)
    expect(house.count).toBe(before + outcome.events)
    if (!decision.creates && !stream.singleton)
      expect(outcome).toMatchObject({ id: sent.id, revision: revision + outcome.events })
    ids.add(outcome.id)
    if (again) {
      expect(await house.send(decision, body, sent)).toEqual({ ...outcome, replayed: outcome.events > 0 })
      expect(house.count).toBe(before + outcome.events)
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect([...decision.codes, ...Object.keys(platformCodes)]).toContain(error.code)
    expect(house.count).toBe(before)
    return false
  }
  walk.holds(await Promise.all([...ids].map((id) => replayed(house, stream, id))))
  return true
}

/** The stream as stored; the fold that `handle` goes on with must equal it. */
async function replayed<S>(house: OnMemory, { name, initial }: Stream<S>, id: string): Promise<Walked<Loose<S>>> {
  const stored = await house.store.read(streamName(name, TENANT, id))
  const state = stored
    .map((e) => house.registry.read(e))
    .reduce<unknown>((s, e) => house.registry.evolve(name, s, e), initial)
  expect((await house.folds.state(name, TENANT, id))?.state).toEqual(state)
  return { id, state: (await house.keys.open(TENANT, state)) as Loose<S>, events: await house.events(name, id) }
}

function stepOf<S>(decisions: readonly AnyDecision[], stream: Stream<S>, walk: Walk<S>): fc.Arbitrary<Step> {
  const known = Map.groupBy(walk.known ?? [], ([fact]) => fact.stream)
  const refs = (kind: string): fc.Arbitrary<string> => {
    const ids = known.get(kind)?.map(([, id]) => id) ?? []
    if (kind === 'engagements.engagement') ids.push(ENGAGEMENT)
    const own = kind === stream.name ? [fc.nat(5).map((n) => `own:${n}`)] : []
    const all = [...(ids.length > 0 ? [fc.constantFrom(...ids)] : []), ...own]
    return fc.oneof(...all.map((arbitrary) => ({ weight: 6, arbitrary })), {
      weight: 1,
      arbitrary: fc.constant(anId(404)),
    })
  }
  return fc.oneof(
    ...decisions.map((decision) => ({
      weight: 1,
      arbitrary: fc.record<Step>({
        decision: fc.constant(decision),
        body: walk.bodies?.[decision.name] ?? bodyOf(decision.command, refs),
        spoil: seldom(fc.record({ field: fc.nat(9), value: fc.constantFrom(null, 7, '', [], undefined) })),
        target: fc.nat(5),
        as: actorOf(decision, refs('engagements.stakeholder')),
        occurred: seldom(
          fc.oneof(
            instants.map((occurredAt) => ({ occurredAt })),
            instants.map((at) => onDay(at.slice(0, 10), 'Asia/Shanghai')),
          ),
        ),
        again: fc.boolean(),
      }),
    })),
  )
}

/** Two persons in turn, nearly always in a role that may. */
const actorOf = (decision: AnyDecision, stakeholders: fc.Arbitrary<string>): fc.Arbitrary<Partial<Acting>> =>
  fc.record({
    id: fc.constantFrom(anId(1), anId(2)),
    role: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...decision.roles) },
      { weight: 1, arbitrary: fc.constantFrom(...roles) },
    ),
    stakeholder: stakeholders,
  })

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

function resolved(value: unknown, own: (n: number) => string): unknown {
  if (typeof value === 'string') return OWN.test(value) ? own(Number(OWN.exec(value)![1])) : value
  if (Array.isArray(value)) return value.map((item) => resolved(item, own))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, own)]))
}

/** The body with one field left out or replaced, or with one too many. */
function spoilt(body: Record<string, unknown>, spoil: Step['spoil']): Record<string, unknown> {
  if (spoil === undefined) return body
  const name = [...Object.keys(body), 'nonsense'][spoil.field % (Object.keys(body).length + 1)]!
  const { [name]: _, ...rest } = body
  return spoil.value === undefined ? rest : { ...rest, [name]: spoil.value }
}
