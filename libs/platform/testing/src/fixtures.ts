import { describe, expect, test } from '@jest/globals'
import {
  about,
  canonical,
  context,
  envelopesIn,
  KeyRing,
  MemoryEventStore,
  MemoryKeys,
  openValue,
  parseStored,
  Registry,
  Sentences,
  serve,
  streamName,
  upcast,
  type AnyEvent,
  type AnyStream,
  type Context,
  type Doc,
  type Served,
  type Shape,
  type StoredEvent,
} from '@rapport/events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anId, beginning, OnMemory, SCOPE, TENANT } from './on-memory.ts'

/** An event as some release stored it: `src/<stream>/fixtures/<Type>.v<version>.json`, never changed afterwards. */
interface Golden {
  readonly id: string
  readonly metadata: Doc
  readonly data: Doc
}
/** Whole data of an event type, where no example of a decision shows every field of it. */
export type Samples = Readonly<Record<string, Doc>>

const STREAM = anId(800)
/** The keys that seal fixtures: the same for ever, so that what was sealed once must open for ever. */
const keys = new MemoryKeys({ seed: TENANT })

/**
 * Registers the tests that keep a context able to read all it ever wrote: each event type has a fixture for each of its versions, which is
 * read, opened, validated, folded, published and told as today's code does it. `RAPPORT_FIXTURES=write` writes those that are missing.
 */
export function goldenFixtures(of: Context, folder: string, samples: Samples = {}): void {
  const registry = new Registry([of])
  describe.each(of.streams.map((served) => [served.stream.name, served] as const))('%s', (name, served) => {
    const { stream } = served
    const fixtures = join(folder, name.slice(name.indexOf('.') + 1), 'fixtures')
    const load = (file: string): Golden => JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as Golden
    const wanted = [...stream.events.values()].flatMap((event) =>
      Array.from({ length: event.version }, (_, n) => [`${event.type}.v${n + 1}.json`, event, n + 1] as const),
    )

    test('has a fixture of every version of every event type, and no other', async () => {
      if (process.env['RAPPORT_FIXTURES'] === 'write') await writeMissing(fixtures, served, samples)
      expect(existsSync(fixtures) ? readdirSync(fixtures).sort() : []).toEqual(wanted.map(([file]) => file).sort())
    })

    test.each(wanted)('%s is read, opened, validated and published as it is today', async (file, event, version) => {
      const golden = load(file)
      expect(golden.metadata).toMatchObject({ v: version, tenant: TENANT })
      for (const envelope of envelopesIn(golden.data)) {
        const key = await keys.create(TENANT, envelope.kid)
        if (key.state === 'live') expect(openValue(envelope, TENANT, key.key)).toBeDefined()
        expect(golden.metadata['subjects']).toContain(envelope.kid)
      }
      const data = upcast(event, golden.data, version)
      expect(event.stored.parse(data)).toEqual(data)
      for (const published of event.publish(data as never))
        expect(published.contract.stored.parse(published.data)).toEqual(published.data)
    })

    test.each(wanted)('%s folds after what begins its stream', (file, event) => {
      const begun = folded(registry, stream, stream.initial, stored(stream, wanted[0]!, load))
      const state =
        event === wanted[0]![1] ? begun : folded(registry, stream, begun, stored(stream, [file, event, 0], load))
      expect(state).toBeDefined()
    })

    test.each(wanted)('%s reads as a sentence in both languages', async (file, event) => {
      const recorded = registry.read(stored(stream, [file, event, 0], load))
      const deps = { store: new MemoryEventStore(), registry, keys: new KeyRing(keys) }
      for (const language of ['en', 'zh-CN'] as const) {
        const told = await new Sentences(deps, { tenant: TENANT, language, zone: 'Europe/Berlin' }).of(recorded)
        expect(told.sentence).toMatch(language === 'en' ? /[A-Za-z]+ [a-z]+/ : /\p{Script=Han}{2}/u)
        expect(told.texts).toHaveLength(event.show.filter((field) => recorded.data[field] !== undefined).length)
        for (const text of [told.sentence, ...told.texts])
          expect(text).not.toMatch(/[{}]|undefined|\d{4}-\d\d-\d\d|[0-9a-f]{8}-[0-9a-f]{4}-|[a-z]+[A-Z][a-z]+/)
      }
      for (const field of [...placeholders(event, recorded.data), ...event.show])
        expect(['self', ...Object.keys(event.shape as Shape)]).toContain(field)
    })
  })
}

/** The fields that a sentence names, the same in both languages. */
function placeholders(event: AnyEvent, data: Doc): readonly string[] {
  const { en, zh } = typeof event.say === 'function' ? event.say(data as never) : event.say
  const named = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!).sort()
  expect(named(zh)).toEqual(named(en))
  return named(en)
}

function stored(
  stream: AnyStream,
  [file, event]: readonly [string, AnyEvent, number],
  load: (file: string) => Golden,
): StoredEvent {
  const { id, metadata, data } = load(file)
  return {
    stream: streamName(stream.name, TENANT, STREAM),
    revision: 0,
    position: '0',
    recordedAt: '2026-03-02T12:00:00.000Z',
    id,
    type: event.type,
    metadata: canonical(metadata),
    data: canonical(data),
  }
}

function folded(registry: Registry, stream: AnyStream, state: unknown, event: StoredEvent): unknown {
  const recorded = registry.read(event)
  expect(about(recorded)).toMatchObject({ id: event.id, occurredAt: parseStored(event).occurredAt })
  return registry.evolve(stream.name, state, recorded)
}

/** Writes today's version of the event types that have none, from the samples, else from a decision's example that fits. */
async function writeMissing(fixtures: string, { stream, decisions }: Served, samples: Samples): Promise<void> {
  for (const event of stream.events.values()) {
    const file = join(fixtures, `${event.type}.v${event.version}.json`)
    if (existsSync(file)) continue
    const shape = event.shape as Shape
    const data = [samples[event.type], ...decisions.map((decision) => named(shape, decision.example as Doc))]
      .flatMap((sample) => (sample === undefined ? [] : [event.plain.safeParse(sample)]))
      .find((parsed) => parsed.success)?.data as Doc | undefined
    if (data === undefined) throw new TypeError(`No example fits ${event.type}: give goldenFixtures a sample of it.`)
    mkdirSync(fixtures, { recursive: true })
    writeFileSync(file, `${JSON.stringify(await golden(stream, event, data), undefined, 2)}\n`)
  }
}

const named = (shape: Shape, example: Doc): Doc =>
  Object.fromEntries(Object.entries(example).filter(([name]) => Object.hasOwn(shape, name)))

/** The event as `handle` stores it. */
async function golden(stream: AnyStream, event: AnyEvent, data: Doc): Promise<Golden> {
  const begin = beginning(stream, [event(data, event.visibility === 'command' ? { visibility: 'internal' } : {})])
  const house = new OnMemory([context({ name: 'fixtures', streams: [serve(stream, [begin])] })])
  await house.send(begin, SCOPE, { as: { id: anId(1) }, key: event.type })
  const stored = house.store.log.all[0]!
  return { id: stored.id, metadata: JSON.parse(stored.metadata) as Doc, data: JSON.parse(stored.data) as Doc }
}
