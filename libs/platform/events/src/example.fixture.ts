import { z } from 'zod'
import { context, serve } from './context.ts'
import { decision, of, type Acting } from './decision.ts'
import { corrected, event, fact, mark, onEvent, publicEvent, stream, type Mark } from './event.ts'
import { choice, instant, personal, ref, text, type Sealed } from './fields.ts'
import type { Command } from './command.ts'
import { Handle, type HandleDeps } from './handle.ts'
import { KeyRing } from './key-ring.ts'
import { MemoryDocuments, MemoryEventStore, MemoryKeys, MemoryOps } from './memory/index.ts'
import { readModel } from './read-model.ts'
import { Registry } from './registry.ts'

// A small house of no business: shelves that hold notes, and writers whose names are personal.

const ShelfBuilt = publicEvent('library.shelf', 'ShelfBuilt', 1, {
  name: text(100),
  client: ref('library.owner'),
  zone: text(50),
})
const shelfBuilt = event(ShelfBuilt, {
  visibility: 'client',
  say: { en: '{name} was built', zh: '{name}已建成' },
  evolve: (_: { name: string }, e) => ({ name: e.name }),
})
export const shelf = stream<{ name: string }>('library.shelf', {
  initial: undefined as never,
  events: [shelfBuilt],
  scope: { level: 'engagement' },
  label: (s) => s.name,
  plural: 'shelves',
})
export const shelfFact = fact('library.shelf', { client: undefined as string | undefined, zone: 'UTC', name: '' }, [
  onEvent(ShelfBuilt, (s, e) => ({ ...s, client: e.client, zone: e.zone, name: e.name })),
])
export const build = decision(shelf, 'build', {
  summary: 'Builds a shelf.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: ShelfBuilt.shape,
  errors: {},
  example: {},
  decide: (_, command) => [shelfBuilt(command)],
})

const WriterNamed = publicEvent('library.writer', 'WriterNamed', 1, {
  name: personal('stream', text(100)),
  mail: personal('stream', text(100)).optional(),
})
const writerNamed = event(WriterNamed, {
  visibility: 'internal',
  say: { en: '{name} became a writer', zh: '{name}成为作者' },
  evolve: (_: Writer, e) => ({ name: e.name, gone: false }),
})
const writerGone = event(
  'WriterGone',
  1,
  {},
  {
    visibility: 'internal',
    say: { en: '{self} is gone', zh: '{self}已离开' },
    publish: 'none',
    destroysKey: true,
    evolve: (s: Writer) => ({ ...s, gone: true }),
  },
)
interface Writer {
  readonly name: Sealed<string>
  readonly gone: boolean
}
export const writer = stream<Writer>('library.writer', {
  initial: undefined as never,
  events: [writerNamed, writerGone],
  scope: { level: 'tenant' },
  label: (s) => s.name,
  released: (s) => s.gone,
})
export const writerFact = fact('library.writer', { known: false }, [
  onEvent(WriterNamed, (s) => ({ ...s, known: true })),
])
export const name = decision(writer, 'name', {
  summary: 'Names a writer.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: WriterNamed.shape,
  errors: { 'already-named': 'Known before.' },
  example: {},
  identity: ({ mail }) => (mail === undefined ? undefined : { label: 'mail', value: mail }),
  decide: (state, command, { refuse }) => (state === undefined ? [writerNamed(command)] : refuse('already-named')),
})
export const leave = decision(writer, 'leave', {
  summary: 'A writer leaves.',
  rules: [],
  roles: ['pm'],
  command: {},
  errors: { 'already-gone': 'Gone before.' },
  example: {},
  decide: (state, _, { refuse }) => (state.gone ? refuse('already-gone') : [writerGone({})]),
})

const mood = choice({ good: { en: 'good', zh: '好' }, bad: { en: 'bad', zh: '差' } })
const lines = {
  engagement: ref('library.shelf'),
  by: ref('library.writer').optional(),
  mood,
  body: personal('engagement', text(1000)),
  seen: z
    .array(z.strictObject({ writer: ref('library.writer'), as: personal({ field: 'writer' }, text(100)) }))
    .optional(),
  due: instant().optional(),
}
const NoteWritten = publicEvent('library.note', 'NoteWritten', 1, lines)
export const noteWritten = event(NoteWritten, {
  visibility: 'client',
  say: { en: '{by} wrote a {mood} note', zh: '{by}写了一条{mood}的笔记' },
  show: ['body'],
  evolve: (_: Note, e, about) => ({ body: e.body, count: 1, made: mark(about) }),
})
export const noteCorrected = event(
  'NoteCorrected',
  1,
  { body: personal('engagement', text(1000)).optional() },
  {
    visibility: 'client',
    say: { en: 'the note was corrected', zh: '笔记已更正' },
    publish: 'none',
    evolve: (s: Note, e, about) => ({
      ...s,
      body: e.body ?? s.body,
      count: s.count + 1,
      made: corrected(s.made, about),
    }),
  },
)
export const noteRemarked = event(
  'NoteRemarked',
  1,
  { text: text(1000) },
  {
    visibility: 'internal',
    say: { en: 'a remark was added', zh: '已添加备注' },
    publish: 'none',
    evolve: (s: Note) => ({ ...s, count: s.count + 1 }),
  },
)
interface Note {
  readonly body: Sealed<string>
  readonly count: number
  readonly made: Mark
}
export const note = stream<Note>('library.note', {
  initial: undefined as never,
  events: [noteWritten, noteCorrected, noteRemarked],
  scope: { level: 'engagement', fact: shelfFact },
})
export const write = decision(note, 'write', {
  summary: 'Writes a note.',
  creates: true,
  rules: [],
  roles: ['pm', 'client', 'system'],
  command: NoteWritten.shape,
  errors: {},
  example: {},
  facts: (c) => (c.by === undefined ? {} : { by: of(writerFact, c.by) }),
  decide: (_, command) => [noteWritten(command)],
})
export const fix = decision(note, 'correct', {
  summary: 'Corrects a note.',
  rules: [],
  roles: ['pm'],
  command: { body: personal('engagement', text(1000)).optional() },
  errors: {},
  example: {},
  decide: (state, command) => [noteCorrected(command, { corrects: state.made })],
})
export const remark = decision(note, 'remark', {
  summary: 'Adds a remark, or several.',
  rules: [],
  roles: ['pm', 'system'],
  command: { text: text(1000), times: z.number().int().min(0).max(5).optional() },
  errors: { 'too-long': 'A note takes 100 events at most.' },
  example: {},
  decide: (state, { text, times = 1 }, { refuse }) =>
    state.count > 100 ? refuse('too-long') : Array.from({ length: times }, () => noteRemarked({ text })),
})

interface Noted {
  readonly at: string
  readonly events: number
  readonly mood?: z.output<typeof mood>
}
export const notes = readModel({
  name: 'notes',
  version: 1,
  summary: 'Notes.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [noteWritten, noteCorrected, noteRemarked],
  evolve(doc: Noted | undefined, event): Noted {
    return event.type === 'NoteRemarked'
      ? { ...doc!, events: doc!.events + 1 }
      : { ...doc, ...event.data, at: event.occurredAt, events: (doc?.events ?? 0) + 1 }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'at', type: 'string' },
      { field: 'mood', type: 'string' },
    ],
  ],
  list: { filters: { mood }, sort: { field: 'at', direction: 'asc' } },
})

export const library = context({
  name: 'library',
  streams: [serve(shelf, [build]), serve(writer, [name, leave]), serve(note, [write, fix, remark])],
  readModels: [notes],
})

export const pm: Acting = { id: '0192f0c1-7b7a-7c3e-8b8a-000000000001', kind: 'person', role: 'pm' }

/** The small house on memory adapters, with a clock that stands until it is set. */
export function house(start = '2026-03-02T12:00:00Z', contexts = [library], deps: Partial<HandleDeps> = {}) {
  let now = Temporal.Instant.from(start)
  const store = new MemoryEventStore({ now: () => now.epochMilliseconds })
  const port = new MemoryKeys({ seed: 'example' })
  const registry = new Registry(contexts)
  const keys = new KeyRing(port)
  const documents = new MemoryDocuments()
  const ops = new MemoryOps()
  const handle = new Handle({ store, keys, registry, clock: () => now, ...deps })
  let n = 0
  const send = (stream: string, on: string, body: unknown, more: Partial<Command> = {}) =>
    handle.handle({
      tenant: 'main',
      stream,
      decision: on,
      body: body as never,
      key: `k${n++}`,
      source: pm.id,
      actor: pm,
      ...more,
    })
  return {
    store,
    port,
    keys,
    registry,
    documents,
    ops,
    handle,
    send,
    clock: () => now,
    at: (time: string) => void (now = Temporal.Instant.from(time)),
    build: async (more: Partial<Command> = {}) =>
      (
        await send(
          'library.shelf',
          'build',
          { name: 'Fiction', client: '0192f0c1-7b7a-7c3e-8b8a-00000000c11e', zone: 'Asia/Shanghai' },
          more,
        )
      ).id,
  }
}
