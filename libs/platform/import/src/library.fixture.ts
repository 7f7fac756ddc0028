import {
  context,
  decision,
  event,
  fact,
  of,
  onEvent,
  personal,
  publicEvent,
  ref,
  Registry,
  serve,
  stream,
  text,
  zone,
} from '@rapport/events'
import type { Json, Mark, Ref, Sealed, Stored } from '@rapport/events'
import { corrected, mark } from '@rapport/events'
import { z } from 'zod'

// A small library: readers borrow at a branch (the engagement of this world), and every visit is a fact that can be imported.

const words = { say: { en: 'x', zh: 'x' }, visibility: 'internal' } as const

const TownNamed = publicEvent('library.town', 'TownNamed', 1, { name: text(200) })
const BranchOpened = publicEvent('library.branch', 'BranchOpened', 1, {
  client: ref('library.town'),
  name: text(200),
  zone: zone(),
})
const townFact = fact('library.town', { name: '' }, [onEvent(TownNamed, (s, e) => ({ ...s, name: e.name }))])
export const branchFact = fact('library.branch', { client: undefined as Ref<'library.town'> | undefined }, [
  onEvent(BranchOpened, (s, e) => ({ ...s, client: e.client })),
])

const townNamed = event(TownNamed, { ...words, evolve: (_: { name: string }, e) => e })
const town = stream('library.town', { initial: undefined as never, events: [townNamed], scope: { level: 'client' } })
const nameTown = decision(town, 'name', {
  summary: 's',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: TownNamed.shape,
  errors: {},
  example: {},
  decide: (_, c) => [townNamed(c)],
})

const branchOpened = event(BranchOpened, { ...words, evolve: (_: Stored<typeof BranchOpened.shape>, e) => e })
const branch = stream('library.branch', {
  initial: undefined as never,
  events: [branchOpened],
  scope: { level: 'engagement' },
})
const openBranch = decision(branch, 'open', {
  summary: 's',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: BranchOpened.shape,
  errors: { 'ghost-town': 'g' },
  example: {},
  facts: (c) => ({ town: of(townFact, c.client) }),
  decide: (_, c, { facts, refuse }) => (facts.town.name === 'Ghost' ? refuse('ghost-town') : [branchOpened(c)]),
})

interface Visit {
  readonly note: Sealed<string>
  readonly made: Mark
}
const cards = z.array(ref('readers.card')).max(9)
const visited = event(
  'Visited',
  1,
  { branch: text(99).optional(), note: personal('engagement', text(40)), cards: cards.optional() },
  {
    ...words,
    publish: 'none',
    evolve: (_: Visit, e, about) => ({ note: e.note, made: mark(about) }),
  },
)
const visitCorrected = event(
  'VisitCorrected',
  1,
  { note: personal('engagement', text(40)), reason: text(99) },
  {
    ...words,
    publish: 'none',
    evolve: (s: Visit, e, about) => ({ note: e.note, made: corrected(s.made, about) }),
  },
)
const visits = stream<Visit>('library.visit', {
  initial: undefined as never,
  events: [visited, visitCorrected],
  scope: { level: 'engagement', fact: branchFact },
})
const visit = decision(visits, 'visit', {
  summary: 's',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: { engagement: ref('library.branch'), note: personal('engagement', text(40)), cards: cards.optional() },
  errors: { closed: 'The library was closed.' },
  example: {},
  decide: (_, c, { refuse }) => (c.note === 'closed' ? refuse('closed') : [visited(c)]),
})
const correct = decision(visits, 'correct', {
  summary: 's',
  rules: [],
  roles: ['pm'],
  command: { note: personal('engagement', text(40)), reason: text(99) },
  errors: {},
  example: {},
  decide: (s, c) => [visitCorrected(c, { corrects: s.made })],
})

interface Run {
  readonly branches: readonly string[]
  readonly ended: boolean
}
const count = z.number().int()
const started = event(
  'Started',
  1,
  { source: text(99), mapping: text(64) },
  { ...words, publish: 'none', evolve: (_: Run): Run => ({ branches: [], ended: false }) },
)
const added = event(
  'Added',
  1,
  { engagement: ref('library.branch') },
  {
    ...words,
    publish: 'none',
    evolve: (s: Run, e) => ({ ...s, branches: [...s.branches, e.engagement] }),
  },
)
const ended = event(
  'Ended',
  1,
  { rows: count, recorded: count, unchanged: count, rejected: count },
  {
    ...words,
    publish: 'none',
    evolve: (s: Run) => ({ ...s, ended: true }),
  },
)
const runs = stream<Run>('library.run', {
  initial: undefined as never,
  events: [started, added, ended],
  scope: { level: 'tenant' },
  released: (s) => s.ended,
})
const start = decision(runs, 'start', {
  summary: 's',
  creates: true,
  rules: [],
  roles: ['system'],
  command: started.shape,
  errors: {},
  example: {},
  identity: (c) => ({ label: 'import', value: `${c.mapping} ${c.source}` }),
  decide: (s, c) => (s === undefined ? [started(c)] : []),
})
const add = decision(runs, 'add', {
  summary: 's',
  rules: [],
  roles: ['system'],
  command: added.shape,
  errors: {},
  example: {},
  facts: (c) => ({ branch: of(branchFact, c.engagement) }),
  decide: (s, c) => (s.branches.includes(c.engagement) ? [] : [added(c)]),
})
const complete = decision(runs, 'complete', {
  summary: 's',
  rules: [],
  roles: ['system'],
  command: ended.shape,
  errors: {},
  example: {},
  decide: (_, c) => [ended(c)],
})

export const libraryContext = context({
  name: 'library',
  streams: [
    serve(town, [nameTown]),
    serve(branch, [openBranch]),
    serve(visits, [visit, correct]),
    serve(runs, [start, add, complete]),
  ],
  imports: [{ name: 'visit', decision: visit, correction: correct, role: 'pm' }],
  importLog: {
    stream: runs,
    start,
    addEngagement: add,
    complete,
    opening: [
      { name: 'client', decision: nameTown, key: (o) => o.client, command: (o): Json => ({ name: o.client }) },
      {
        name: 'engagement',
        decision: openBranch,
        key: (o) => o.key,
        command: (o, ids): Json => ({ client: ids['client']!, name: o.name, zone: o.zone }),
      },
    ],
  },
})

/** A registry of one small context that can be imported into. */
export const library = new Registry([libraryContext])

/** A mapping of visits: a coming and, where it has a time, a going. */
export const visitsMapping = (extra = ''): string => `mapping: 1
source: gate
context: library
zone: Europe/Berlin
dates: [yyyy-MM-dd]
key: [Id]
reference: Id
${extra}engagement:
  key: [Branch]
  client: '{Town}'
  name: '{Branch}'
  manager: { name: Nobody }
  zone: Europe/Berlin
  start: 2024-01-01
facts:
  - name: coming
    as: visit
    occurredAt: { column: Came }
    fields: { note: { column: Note } }
  - name: going
    as: visit
    requires: [Went]
    occurredAt: { column: Went }
    fields: { note: { template: 'gone: {Note}' } }
notes:
  - unless: [Went]
    text: Still there.
`
