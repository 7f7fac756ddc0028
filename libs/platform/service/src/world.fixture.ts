import {
  context,
  decision,
  event,
  fact,
  fieldLimits,
  Handle,
  instant,
  date,
  KeyRing,
  MemoryEventStore,
  MemoryKeys,
  memoryLog,
  of,
  onEvent,
  personal,
  publicEvent,
  ref,
  Registry,
  serve,
  stream,
  text,
  whole,
  choice,
  type AnyDecision,
  type Mark,
  mark,
} from '@rapport/events'
import type { InjectOptions } from 'fastify'
import { z } from 'zod'
import {
  createLogger,
  createService,
  edgeVariables,
  localTokens,
  readConfig,
  type Mint,
  type ServiceOptions,
} from './index.ts'

// A small world of notes and boards, so that the edge is tried without a business word.
const BoardOpened = publicEvent('desk.board', 'BoardOpened', 1, { name: text(fieldLimits.name) })
export const boardFact = fact('desk.board', { name: '' }, [onEvent(BoardOpened, (_, e) => ({ name: e.name }))])
const boardOpened = event(BoardOpened, {
  visibility: 'client',
  say: { en: 'opened', zh: '已打开' },
  evolve: (_: { name: string }, e) => ({ name: e.name }),
})
const board = stream<{ name: string }>('desk.board', {
  initial: { name: '' },
  events: [boardOpened],
  scope: { level: 'tenant' },
})
const open = decision(board, 'open', {
  summary: 'Opens a board.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: BoardOpened.shape,
  errors: {},
  example: { name: 'Plans' },
  decide: (_, command) => [boardOpened(command)],
})

interface Note {
  readonly made: Mark
  readonly pins: number
}
const parts = z.array(z.strictObject({ head: text(20), size: whole(0, 9), at: date().optional() })).max(3)
const NoteWritten = publicEvent('desk.note', 'NoteWritten', 1, {
  board: ref('desk.board'),
  body: personal('stream', text(200)),
  tone: choice({ calm: { en: 'calm', zh: '平静' }, loud: { en: 'loud', zh: '响亮' } }),
  due: instant().optional(),
  day: date().optional(),
  parts: parts.optional(),
})
const NotePinned = publicEvent('desk.note', 'NotePinned', 1, { times: whole(1, 5).optional() })
const noteWritten = event(NoteWritten, {
  visibility: 'client',
  say: { en: 'written', zh: '已写' },
  evolve: (_: Note, __, about) => ({ made: mark(about), pins: 0 }),
})
const notePinned = event(NotePinned, {
  visibility: 'client',
  say: { en: 'pinned', zh: '已钉' },
  evolve: (s: Note, e) => ({ ...s, pins: s.pins + (e.times ?? 1) }),
})
export const note = stream<Note>('desk.note', {
  initial: undefined as never,
  events: [noteWritten, notePinned],
  scope: { level: 'tenant' },
})
export const write = decision(note, 'write', {
  summary: 'Writes a note on a board.',
  creates: true,
  rules: ['I-01'],
  roles: ['pm', 'client'],
  command: NoteWritten.shape,
  errors: { 'too-loud': 'The board is quiet.' },
  example: {
    board: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    body: 'Hello',
    tone: 'calm',
    due: '2026-03-02T09:00:00Z',
    parts: [{ head: 'One', size: 1 }],
  },
  facts: (command) => ({ board: of(boardFact, command.board) }),
  decide: (_, command, { facts, refuse }) =>
    command.tone === 'loud' && facts.board.name === 'Quiet'
      ? refuse('too-loud', { board: 'quiet' })
      : [noteWritten(command)],
})
export const pin = decision(note, 'pin', {
  summary: 'Pins a note.',
  rules: [],
  roles: ['pm'],
  command: NotePinned.shape,
  errors: { 'pinned-enough': 'It has five pins.' },
  example: { times: 2 },
  decide: (state, command, { refuse }) =>
    state.pins + (command.times ?? 1) > 5 ? refuse('pinned-enough') : [notePinned(command)],
})

const RulesSet = publicEvent('desk.house-rules', 'RulesSet', 1, { quiet: z.boolean() })
const rulesSet = event(RulesSet, {
  visibility: 'internal',
  say: { en: 'set', zh: '已定' },
  evolve: (_: { quiet?: boolean }, e) => ({ quiet: e.quiet }),
})
const houseRules = stream<{ quiet?: boolean }>('desk.house-rules', {
  initial: {},
  events: [rulesSet],
  scope: { level: 'tenant' },
  singleton: true,
})
const setRules = decision(houseRules, 'set', {
  summary: 'Sets the rules of the house.',
  rules: [],
  roles: ['admin'],
  command: RulesSet.shape,
  errors: {},
  example: { quiet: true },
  decide: (state, command) => (state.quiet === command.quiet ? [] : [rulesSet(command)]),
})

export const desk = context({
  name: 'desk',
  streams: [serve(board, [open]), serve(note, [write, pin]), serve(houseRules, [setRules])],
})
export const decisions: readonly AnyDecision[] = [open, write, pin, setRules]

export const NOW = '2026-03-02T12:00:00Z'
/** A service over memory adapters, with its store in sight, a clock that stands, and tokens. */
export async function world(more: Partial<ServiceOptions> & { readonly env?: Record<string, string> } = {}) {
  const { env, ...options } = more
  const clock = () => Temporal.Instant.from(NOW)
  const log = memoryLog()
  const store = new MemoryEventStore({ log, now: () => clock().epochMilliseconds })
  const keys = new KeyRing(new MemoryKeys({ seed: 'spec' }))
  const registry = new Registry([desk])
  const tokens = localTokens(new Uint8Array(32).fill(7), clock)
  const lines: string[] = []
  const service = await createService({
    config: readConfig(edgeVariables, { PORT: '0', ...env }),
    version: '0.0.0',
    registry,
    handle: new Handle({ store, keys, registry, clock }),
    keys,
    verify: tokens.verify,
    log: createLogger('debug', { write: (line) => void lines.push(line) }),
    ...options,
  })
  const token = (mint: Partial<Mint> = {}) => tokens.mint({ tenant: 'one', subject: 'Anna', role: 'pm', ...mint })
  const pm = await token()
  const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
    service.fastify.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${pm}`, ...headers },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    })
  const get = (url: string, headers: Record<string, string> = {}) =>
    service.fastify.inject({ method: 'GET', url, headers: { authorization: `Bearer ${pm}`, ...headers } })
  const send = (request: InjectOptions) => service.fastify.inject(request)
  const aBoard = async (name = 'Plans', headers: Record<string, string> = {}) =>
    ((await post('/api/desk/boards', { name }, headers)).json() as { id: string }).id
  const aNote = async (headers: Record<string, string> = {}) =>
    (
      (
        await post('/api/desk/notes', { board: await aBoard('Plans', headers), body: 'Hello', tone: 'calm' }, headers)
      ).json() as { id: string; revision: string; position: string }
    ).id
  return {
    service,
    store,
    log,
    keys,
    tokens,
    token,
    pm,
    lines,
    post,
    get,
    send,
    aBoard,
    aNote,
    close: () => service.close(),
  }
}
export type World = Awaited<ReturnType<typeof world>>
