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
} from '@rapport/events'
import type { Sealed } from '@rapport/events'
import { branchFact, libraryContext } from './library.fixture.ts'

// Beside the library: readers, known once, and the cards that they have at a branch.

const words = { say: { en: 'x', zh: 'x' }, visibility: 'internal' } as const
const told = { summary: 's', creates: true, rules: [], roles: ['pm'], example: {} } as const

const ReaderCame = publicEvent('readers.reader', 'ReaderCame', 1, { name: personal('stream', text(40)) })
const readerFact = fact('readers.reader', { known: false }, [onEvent(ReaderCame, () => ({ known: true }))])
const readerCame = event(ReaderCame, { ...words, evolve: (_: { name: Sealed<string> }, e) => e })
const readers = stream('readers.reader', {
  initial: undefined as never,
  events: [readerCame],
  scope: { level: 'tenant' },
})
const come = decision(readers, 'come', {
  ...told,
  command: ReaderCame.shape,
  errors: { ghost: 'Ghosts do not read.' },
  decide: (_, c, { refuse }) => (c.name === 'Ghost' ? refuse('ghost') : [readerCame(c)]),
})

const cardGiven = event(
  'CardGiven',
  1,
  { reader: ref('readers.reader'), kind: text(40) },
  {
    ...words,
    publish: 'none',
    evolve: (_: { kind: string }, e) => ({ kind: e.kind }),
  },
)
const cards = stream('readers.card', {
  initial: undefined as never,
  events: [cardGiven],
  scope: { level: 'engagement', fact: branchFact },
})
const give = decision(cards, 'give', {
  ...told,
  command: { engagement: ref('library.branch'), reader: ref('readers.reader'), kind: text(40) },
  errors: { 'no-such-card': 'There is no such card.' },
  facts: (c) => ({ reader: of(readerFact, c.reader) }),
  decide: (_, c, { refuse }) => (c.kind === 'golden' ? refuse('no-such-card') : [cardGiven(c)]),
})

/** The library and a second context, whose facts a row of the first brings along. */
export const libraryWithReaders = new Registry([
  libraryContext,
  context({
    name: 'readers',
    streams: [serve(readers, [come]), serve(cards, [give])],
    imports: [
      { name: 'reader', decision: come, role: 'pm' },
      { name: 'card', decision: give, role: 'pm' },
    ],
  }),
])

/** A mapping of visits with a list of those who came. */
export const groupsMapping = (onChange = 'keep'): string => `mapping: 1
source: groups
context: library
zone: Europe/Berlin
dates: [yyyy-MM-dd]
key: [id]
engagement:
  key: [branch]
  client: '{town|Ulm}'
  name: '{branch}'
  manager: { name: Nobody }
  zone: Europe/Berlin
  start: 2024-01-01
facts:
  - name: reader
    as: readers/reader
    each: guests
    key: [guests.no]
    onChange: ${onChange}
    occurredAt: { column: day }
    fields: { name: { column: guests.name } }
  - name: card
    as: readers/card
    each: guests
    key: [branch, guests.no]
    onChange: ${onChange}
    occurredAt: { column: day }
    fields:
      reader: { fact: reader }
      kind: { column: guests.kind, otherwise: plain }
  - name: visit
    as: visit
    occurredAt: { column: day }
    fields:
      note: { column: note }
      cards: { fact: card }
`
