import { z } from 'zod'
import type { AnyEvent } from '../event.ts'
import type { Shape, Words } from '../fields.ts'
import type { KeyRing } from '../key-ring.ts'
import type { EventStore } from '../ports.ts'
import { streamName } from '../names.ts'
import type { Recorded } from '../recorded.ts'
import type { Registry } from '../registry.ts'
import { effectiveTimes } from '../folds.ts'
import { subjects } from '../fields.ts'
import type { AsOf } from '../as-of.ts'

/** Languages of the sentences. */
export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]
export const inLanguage = (words: Words, language: Language): string => (language === 'en' ? words.en : words.zh)

export const erasedWords: Words = { en: '[erased]', zh: '[已清除]' }
const unknownWords: Words = { en: 'somebody', zh: '某人' }

/** Renders events as sentences when somebody asks; remembers names for as long as one answer takes. */
export class Sentences {
  readonly #deps: { readonly store: EventStore; readonly registry: Registry; readonly keys: KeyRing }
  readonly #tenant: string
  readonly #language: Language
  readonly #zone: string
  readonly #asOf: AsOf | undefined
  readonly #names = new Map<string, Promise<string>>()

  constructor(
    deps: { readonly store: EventStore; readonly registry: Registry; readonly keys: KeyRing },
    options: {
      readonly tenant: string
      readonly language: Language
      readonly zone: string
      readonly asOf?: AsOf | undefined
    },
  ) {
    this.#deps = deps
    this.#tenant = options.tenant
    this.#language = options.language
    this.#zone = options.zone
    this.#asOf = options.asOf
  }

  /** What happened, and the texts that belong below it. */
  async of(event: Recorded): Promise<{ readonly sentence: string; readonly texts: readonly string[] }> {
    const definition = this.#deps.registry.eventOf(event.kind, event.type)
    const say = typeof definition.say === 'function' ? definition.say(event.data as never) : definition.say
    const sentence = await this.#fill(inLanguage(say, this.#language), definition, event)
    const texts: string[] = []
    for (const field of definition.show) {
      const value = event.data[field]
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
      texts.push(await this.#word(definition, event, field))
    }
    return { sentence: capital(sentence), texts }
  }

  async #fill(template: string, definition: AnyEvent, event: Recorded): Promise<string> {
    const pieces = template.split(/\{([a-zA-Z]+)\}/)
    for (let i = 1; i < pieces.length; i += 2)
      pieces[i] =
        pieces[i] === 'self'
          ? await this.#nameOf(event.kind, event.streamId)
          : await this.#word(definition, event, pieces[i]!)
    return pieces.join('')
  }

  async #word(definition: AnyEvent, event: Recorded, field: string): Promise<string> {
    const value = await this.#deps.keys.open(this.#tenant, event.data[field])
    const schema = (definition.shape as Shape)[field]
    return schema === undefined ? '' : this.#format(schema, value)
  }

  async #format(schema: z.ZodType, value: unknown): Promise<string> {
    if (value === undefined || value === null) return ''
    if (isErased(value)) return inLanguage(erasedWords, this.#language)
    if (schema instanceof z.ZodOptional) return this.#format(schema.unwrap() as z.ZodType, value)
    if (schema instanceof z.ZodArray) {
      const items: string[] = []
      for (const item of value as unknown[]) items.push(await this.#format(schema.element as z.ZodType, item))
      return items.join(this.#language === 'en' ? ', ' : '、')
    }
    const meta = (subjects.get(schema) === undefined ? schema.meta() : undefined) as
      { ref?: string; words?: Record<string, Words>; instant?: true; date?: true } | undefined
    if (meta?.ref !== undefined) return this.#nameOf(meta.ref, String(value))
    if (meta?.words !== undefined)
      return inLanguage(meta.words[String(value)] ?? { en: String(value), zh: String(value) }, this.#language)
    if (meta?.date) return dayWords(String(value), this.#language)
    if (meta?.instant)
      return new Intl.DateTimeFormat(this.#language, {
        dateStyle: 'long',
        timeStyle: 'short',
        timeZone: this.#zone,
      }).format(Temporal.Instant.from(String(value)).epochMilliseconds)
    return String(value)
  }

  /** How a stream is called: by its own label, or that of the stream whose name it bears; as of the asked moment, else as first known. */
  #nameOf(kind: string, id: string): Promise<string> {
    const key = `${kind} ${id}`
    let name = this.#names.get(key)
    if (name === undefined) this.#names.set(key, (name = this.#readName(kind, id)))
    return name
  }

  async #readName(kind: string, id: string): Promise<string> {
    const { registry, store, keys } = this.#deps
    const stream = registry.served(kind)?.stream
    const events = stream && (await store.read(streamName(kind, this.#tenant, id))).map((e) => registry.read(e))
    if (stream?.label === undefined || events === undefined || events.length === 0)
      return inLanguage(unknownWords, this.#language)
    const known = events.filter(within(events, this.#asOf))
    const state = (known.length > 0 ? known : events.slice(0, 1)).reduce(
      (s: unknown, e) => registry.evolve(kind, s, e),
      stream.initial,
    )
    const label = stream.label(state)
    if (isReference(label)) return this.#nameOf(label.stream, label.id)
    const opened = await keys.open(this.#tenant, label)
    return isErased(opened) ? inLanguage(erasedWords, this.#language) : String(opened)
  }
}

function within(events: readonly Recorded[], asOf: AsOf | undefined): (event: Recorded) => boolean {
  if (asOf === undefined) return () => true
  if (asOf.upTo !== undefined) return (e) => e.position <= asOf.upTo!
  if (asOf.clock === 'recorded') return (e) => e.recordedAt < asOf.before!
  const times = effectiveTimes(events)
  return (e) => times.get(e.id)!.occurredAt < asOf.before!
}

/** A day in words. By its instant in UTC: ICU has no long Chinese form for a Temporal.PlainDate. */
export const dayWords = (day: string, language: Language, dateStyle: 'long' | 'full' = 'long'): string =>
  new Intl.DateTimeFormat(language, { dateStyle, timeZone: 'UTC' }).format(
    Temporal.Instant.from(`${day}T00:00:00Z`).epochMilliseconds,
  )

const isErased = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (value as { erased?: unknown }).erased === true
const isReference = (value: unknown): value is { readonly stream: string; readonly id: string } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { stream?: unknown }).stream === 'string' &&
  typeof (value as { id?: unknown }).id === 'string'
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
