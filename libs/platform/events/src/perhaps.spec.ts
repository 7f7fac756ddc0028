import { expect, test } from '@jest/globals'
import { context, serve } from './context.ts'
import { decision, perhaps } from './decision.ts'
import { event, stream } from './event.ts'
import { house, library, pm, writerFact } from './example.fixture.ts'
import { text } from './fields.ts'
import { Handle } from './handle.ts'
import { parseStored } from './recorded.ts'
import { Registry } from './registry.ts'

const asked = event(
  'Asked',
  1,
  { answer: text(10) },
  { visibility: 'internal', publish: 'none', say: { en: 'asked', zh: '已询问' }, evolve: (s: object) => s },
)
const desk = stream('desk.question', { initial: {}, events: [asked], scope: { level: 'tenant' } })
const ask = decision(desk, 'ask', {
  summary: 'Asks whether a mail address has a writer.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: { mail: text(100) },
  errors: {},
  example: {},
  facts: ({ mail }) => ({ writer: perhaps(writerFact, { label: 'mail', value: mail }) }),
  decide: (_, __, { facts }) => [asked({ answer: facts.writer.known ? 'known' : 'unknown' })],
})

test('a fact may be asked for by an identity: the stream that has it answers, else the fact’s beginning', async () => {
  const { store, keys, send } = house()
  const named = await send('library.writer', 'name', { name: 'Anna Berg', mail: 'anna@example.org' })
  const registry = new Registry([library, context({ name: 'desk', streams: [serve(desk, [ask])] })])
  const handle = new Handle({ store, keys, registry, clock: () => Temporal.Instant.from('2026-03-02T12:00:00Z') })
  const answers = async (mail: string) => {
    const about = { tenant: 'main', stream: 'desk.question', decision: 'ask', key: mail, source: pm.id, actor: pm }
    const { id } = await handle.handle({ ...about, body: { mail } })
    return parseStored((await store.read(`desk.question-main~${id}`))[0]!)
  }
  const known = await answers('anna@example.org')
  expect(known.data).toEqual({ answer: 'known' })
  expect(known.meta.basis).toEqual((await store.read(`library.writer-main~${named.id}`)).map((e) => e.id))
  const unknown = await answers('ben@example.org')
  expect(unknown.data).toEqual({ answer: 'unknown' })
  expect(unknown.meta.basis).toBeUndefined()
})
