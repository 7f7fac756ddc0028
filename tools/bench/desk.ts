import { context, decision, event, personal, ref, serve, stream, text, type Sealed } from '@rapport/events'

interface Desk {
  readonly notes: number
  readonly last?: string | Sealed<string> | undefined
}
const by = ref('bench.person')

const deskOpened = event(
  'DeskOpened',
  1,
  { name: text(100) },
  { visibility: 'internal', publish: 'none', say: { en: 'opened', zh: '已开设' }, evolve: (_: Desk) => ({ notes: 0 }) },
)
const noteTaken = event(
  'NoteTaken',
  1,
  { by, words: text(2000) },
  {
    visibility: 'internal',
    publish: 'none',
    say: { en: 'noted', zh: '已记录' },
    evolve: (s: Desk, { words }) => ({ notes: s.notes + 1, last: words }),
  },
)
const sealedNoteTaken = event(
  'SealedNoteTaken',
  1,
  { by, words: personal({ field: 'by' }, text(2000)) },
  {
    visibility: 'internal',
    publish: 'none',
    say: { en: 'noted', zh: '已记录' },
    evolve: (s: Desk, { words }) => ({ notes: s.notes + 1, last: words }),
  },
)

const desk = stream<Desk>('bench.desk', {
  initial: undefined as never,
  events: [deskOpened, noteTaken, sealedNoteTaken],
  scope: { level: 'tenant' },
})

const open = decision(desk, 'open', {
  summary: 'Begins a desk.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: { name: text(100) },
  errors: {},
  example: { name: 'Front' },
  decide: (_, command) => [deskOpened(command)],
})
const note = decision(desk, 'note', {
  summary: 'Takes a note, with nothing sealed.',
  rules: [],
  roles: ['pm'],
  command: { by, words: text(2000) },
  errors: { repeated: 'The last note said the same.' },
  example: {},
  decide: (state, command, { refuse }) => (state.last === command.words ? refuse('repeated') : [noteTaken(command)]),
})
const noteSealed = decision(desk, 'note-sealed', {
  summary: 'Takes a note under the key of who said it; the last one is opened to compare.',
  rules: [],
  roles: ['pm'],
  command: { by, words: personal({ field: 'by' }, text(2000)) },
  errors: { repeated: 'The last note said the same.' },
  example: {},
  decide: (state, command, { refuse }) =>
    state.last === command.words ? refuse('repeated') : [sealedNoteTaken(command)],
})

/** A context of the bench's own: one stream, a note in the clear and a note that is sealed. */
export const bench = context({ name: 'bench', streams: [serve(desk, [open, note, noteSealed])] })
