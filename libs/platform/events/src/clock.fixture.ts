import { z } from 'zod'
import { clockRule, type ClockRule } from './clock.ts'
import { ClockRole, type ClockDeps } from './clock-role.ts'
import { context, serve } from './context.ts'
import { decision } from './decision.ts'
import { event, stream } from './event.ts'
import { house, library, pm, shelfFact } from './example.fixture.ts'
import { ref, instant } from './fields.ts'
import { foldingsOf } from './folding.ts'
import { Handle } from './handle.ts'
import { parseStored } from './recorded.ts'
import { Projection } from './projection.ts'
import { Registry } from './registry.ts'
import type { Occurred } from './time.ts'

// Loans: whoever has borrowed from a shelf returns it in time, or is reminded; after three reminders the loan is lost.

interface Loan {
  readonly due: string
  readonly every: number
  readonly reminded: number
  readonly returned: boolean
}
const lent = event(
  'Lent',
  1,
  { due: instant(), every: z.number(), stuck: z.boolean().optional() },
  {
    visibility: 'internal',
    publish: 'none',
    say: { en: 'lent', zh: '借出' },
    evolve: (_: Loan, e) => ({ ...e, reminded: 0, returned: false }),
  },
)
const returned = event(
  'Returned',
  1,
  {},
  {
    visibility: 'internal',
    publish: 'none',
    say: { en: 'returned', zh: '归还' },
    evolve: (s: Loan) => ({ ...s, returned: true }),
  },
)
const reminded = event(
  'Reminded',
  1,
  {},
  {
    visibility: 'internal',
    publish: 'none',
    say: { en: 'reminded', zh: '提醒' },
    evolve: (s: Loan) => ({ ...s, reminded: s.reminded + 1 }),
  },
)
const loan = stream<Loan>('desk.loan', {
  initial: undefined as never,
  events: [lent, returned, reminded],
  scope: { level: 'engagement', fact: shelfFact },
})
const common = { rules: [], example: {}, errors: {} } as const
const lend = decision(loan, 'lend', {
  ...common,
  summary: 'Lends.',
  creates: true,
  roles: ['pm'],
  command: { engagement: ref('library.shelf'), ...lent.shape },
  decide: (_, command) => [lent(command)],
})
const giveBack = decision(loan, 'return', {
  ...common,
  summary: 'Returns.',
  roles: ['pm'],
  command: {},
  decide: () => [returned({})],
})
/** Refuses what was returned, breaks at what is due every 13 days, and forgets to record anything every 14. */
const remind = decision(loan, 'remind', {
  ...common,
  summary: 'Reminds.',
  roles: ['system'],
  command: {},
  errors: { returned: 'Returned before.' },
  decide(state, _, { refuse }) {
    if (state.returned) return refuse('returned')
    if (state.every === 13) throw new TypeError('broken')
    return state.every === 14 ? [] : [reminded({})]
  },
})

const on = [lent, returned, reminded]
interface Waiting {
  readonly at: string
  readonly every: number
  readonly left: number
}
/** A rule that hears of no return, so that its decision has to refuse. */
export const reminders: ClockRule = clockRule({
  name: 'reminders',
  version: 1,
  on,
  evolve(doc: Waiting | undefined, { type, data }): Waiting | 'delete' {
    if (type === 'Lent' && data.stuck) return 'delete'
    if (type === 'Lent') return { at: data.due, every: data.every, left: 3 }
    if (doc === undefined || type === 'Returned') return doc ?? 'delete'
    const at = Temporal.Instant.from(doc.at).add({ hours: 24 * doc.every })
    return { ...doc, at: at.toString({ fractionalSecondDigits: 3 }), left: doc.left - 1 }
  },
  next: ({ at: due, left }, id) =>
    left === 0 ? undefined : { due, decision: remind, id, key: `${id}/${left}`, body: {} },
})
/** Of other loans, a rule whose model does not move on. */
export const stuck: ClockRule = clockRule({
  name: 'stuck',
  version: 1,
  on,
  evolve: (doc: { readonly at: string } | undefined, { type, data }) =>
    type === 'Lent' && data.stuck ? { at: data.due } : (doc ?? 'delete'),
  next: ({ at: due }, id) => ({ due, decision: remind, id, key: id, body: {} }),
})

export const desk = context({
  name: 'desk',
  streams: [serve(loan, [lend, giveBack, remind])],
  clock: [reminders, stuck],
})

/** The desk of the small house, with a clock that judges when it is told to. */
export async function openDesk(more: Partial<ClockDeps> = {}) {
  const { store, keys, documents, ops, at, build } = house()
  let now = Temporal.Instant.from('2026-03-02T12:00:00Z')
  const registry = new Registry([library, desk])
  const handle = new Handle({ store, keys, registry, clock: () => now })
  const foldings = desk.clock.flatMap(({ model }) => foldingsOf(model, registry))
  const projection = new Projection({ store, documents, ops, registry, foldings })
  await projection.start()
  const held = new Set<string>()
  const refused: string[] = []
  const role = (change: Partial<ClockDeps> = {}): ClockRole =>
    new ClockRole({
      store,
      documents,
      projection,
      handle,
      clock: () => now,
      contexts: [desk.clock],
      tenants: () => Promise.resolve(['main']),
      held: () => Promise.resolve(held),
      onRefused: (rule, { due }, code) => void refused.push(`${rule} ${due.slice(0, 10)} ${code}`),
      ...more,
      ...change,
    })
  let n = 0
  const send = async (on: string, body: object, more: { id?: string; occurred?: Occurred } = {}): Promise<string> =>
    (
      await handle.handle({
        tenant: 'main',
        stream: 'desk.loan',
        decision: on,
        ...more,
        body: body as never,
        key: `desk-${n++}`,
        source: pm.id,
        actor: pm,
      })
    ).id
  return {
    store,
    projection,
    handle,
    held,
    refused,
    role,
    shelf: build,
    set: (time: string) => {
      now = Temporal.Instant.from(time)
      at(time)
    },
    lend: (engagement: string, due: string, more: object = {}, occurred?: Occurred) =>
      send('lend', { engagement, due, every: 7, ...more }, occurred && { occurred }),
    giveBack: (id: string) => send('return', {}, { id }),
    /** What the clock recorded: when it happened, on which stream, in the order of recording. */
    reminded: async () =>
      store.log.all
        .map(parseStored)
        .filter(({ type }) => type === 'Reminded')
        .map(({ occurredAt, streamId, actor }) => ({ occurredAt, streamId, kind: actor.kind })),
  }
}
