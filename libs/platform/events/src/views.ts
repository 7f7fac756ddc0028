import { z } from 'zod'
import { foldAsOf, foldLogAsOf, parseAsOf, type AsOf, type Past } from './as-of.ts'
import { makeCursor, readCursor } from './cursor.ts'
import type { Acting, Role } from './decision.ts'
import { RapportError, Refusal } from './errors.ts'
import { foldingName, foldingsOf, logFolding, storedOf, TENANT_SCOPE, type Folding, type LogEntry } from './folding.ts'
import type { Shape } from './fields.ts'
import { platformCodes } from './platform-codes.ts'
import type { KeyRing } from './key-ring.ts'
import {
  uuidLike,
  type Condition,
  type Doc,
  type Documents,
  type EventStore,
  type Position,
  type Query,
} from './ports.ts'
import type { Projection } from './projection.ts'
import type { AnyReadModel, Audience } from './read-model.ts'
import type { Registry } from './registry.ts'
import { dayWords, languages, Sentences, type Language } from './sentence.ts'

export interface Ask {
  readonly tenant: string
  readonly actor: Acting
  readonly params: Readonly<Record<string, string>>
  /** One document instead of the list. */
  readonly id?: string
  /** The position that the answer must have reached. */
  readonly waitFor?: string
}
export interface Answer {
  readonly body: Doc
  /** Revision of the stream that a single document stands for. */
  readonly etag?: string
}
/** A question that projection answers: `GET /api/views/<name>`. */
export interface View {
  readonly name: string
  readonly summary: string
  readonly parameters: Shape
  /** Its addresses: `list` is `/<name>`, `one` is `/<name>/{id}`. */
  readonly at: readonly ('list' | 'one')[]
  /** The kind of stream whose documents it holds by id. */
  readonly stream?: string
  ask(request: Ask): Promise<Answer>
}

export interface ViewsDeps {
  readonly store: EventStore
  readonly documents: Documents
  readonly keys: KeyRing
  readonly registry: Registry
  readonly projection: Pick<Projection, 'collection' | 'waitFor' | 'lag'>
  readonly member: (
    actor: Acting,
    tenant: string,
    scope: { readonly client?: string; readonly engagement?: string },
  ) => Promise<boolean>
  /** Name and zone of an engagement, undefined where there is none. */
  readonly engagement: (
    tenant: string,
    id: string,
  ) => Promise<{ readonly name: string; readonly zone: string; readonly client?: string | undefined } | undefined>
}

/** Codes that a view can answer with. */
export const viewCodes = {
  'invalid-query': 'A parameter is missing, unknown or malformed; `errors` names it.',
  'as-of-invalid': 'asOf takes an instant with an offset, a date, or on the recorded clock an event id or a position.',
  'as-of-too-large': 'The past of this scope has more than 50,000 events.',
  'cursor-invalid': 'The cursor belongs to no page of this query.',
  'cursor-stale': 'The model has another version since; begin again without a cursor.',
  'invalid-position': 'wait-for takes a position as a command answered it.',
  lagging: 'The read models have not reached the position yet; `lag` says where they are.',
  'not-found': platformCodes['not-found'],
  forbidden: platformCodes.forbidden,
} as const

const WAIT = 2_000
const readers: ReadonlySet<Role> = new Set(['pm', 'auditor', 'client', 'admin'])
const uuid = z
  .string()
  .refine(uuidLike, 'must be a UUID')
  .overwrite((v) => v.toLowerCase())
const pastParams = {
  asOf: z
    .string()
    .max(64)
    .optional()
    .describe('A past moment: an instant, a date, or on the recorded clock an event id or a position.'),
  clock: z
    .enum(['recorded', 'occurred'])
    .optional()
    .describe('recorded: what was known then; occurred: what was true then.'),
} as const
const pageParams = {
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|[1-4][0-9]{2}|500)$/, 'must be 1 to 500')
    .optional()
    .describe('Entries a page, 50 by default.'),
  cursor: z.string().max(1000).optional().describe('What the page before answered as cursor.'),
} as const
const order = z.enum(['asc', 'desc']).optional()
const lang = z.enum(languages).optional().describe('Language of sentences, en by default.')

/** Every view of the house: the log, the timeline, and one for each read model. */
export function createViews(deps: ViewsDeps): readonly View[] {
  return [logView(deps), timelineView(deps), ...deps.registry.models.map((model) => modelView(deps, model))]
}

// ── what every view begins with ───────────────────────────────────────────────────────────────────────────────────

interface Asked {
  readonly params: Readonly<Record<string, string | undefined>>
  readonly audience: Audience
  readonly engagement: { readonly id: string; readonly name: string; readonly zone: string } | undefined
  readonly asOf: AsOf | undefined
  readonly past: Past
  readonly limit: number
}

async function begin(deps: ViewsDeps, view: { readonly parameters: Shape }, request: Ask): Promise<Asked> {
  const parsed = z.strictObject(view.parameters).safeParse(request.params)
  if (!parsed.success)
    throw new RapportError('invalid-query', viewCodes['invalid-query'], {
      errors: parsed.error.issues.map((i) => ({ parameter: i.path.join('.') || unrecognised(i), detail: i.message })),
    })
  const params = parsed.data as Asked['params']
  const { tenant, actor } = request
  if (!readers.has(actor.role)) throw new Refusal('forbidden', viewCodes.forbidden)
  if (request.waitFor !== undefined) await waitFor(deps, request.waitFor)
  const audience: Audience = actor.role === 'client' ? 'client' : 'internal'
  const id = params['engagement']
  const found = id === undefined ? undefined : await deps.engagement(tenant, id)
  if (id !== undefined && found === undefined) throw new Refusal('not-found', viewCodes['not-found'])
  if (!(await deps.member(actor, tenant, id === undefined ? {} : { engagement: id })))
    throw new Refusal('not-found', viewCodes['not-found'])
  const past: Past = {
    documents: deps.documents,
    registry: deps.registry,
    tenant,
    log: deps.projection.collection(logFolding.name),
  }
  const clock = (params['clock'] as AsOf['clock'] | undefined) ?? 'recorded'
  const asOf =
    params['asOf'] === undefined
      ? undefined
      : await parseAsOf(params['asOf'], clock, found?.zone ?? 'UTC', {
          documents: deps.documents,
          tenant,
          collection: past.log,
        })
  const engagement = found && { id: id!, name: found.name, zone: found.zone }
  return { params, audience, engagement, asOf, past, limit: Number(params['limit'] ?? 50) }
}

const unrecognised = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : ''

async function waitFor(deps: ViewsDeps, position: Position): Promise<void> {
  if (!/^[0-9]{20,40}$/.test(position)) throw new RapportError('invalid-position', viewCodes['invalid-position'])
  if (await deps.projection.waitFor(position, WAIT)) return
  throw new RapportError('lagging', viewCodes.lagging, {
    lag: { reached: deps.projection.lag().reached, wanted: position },
  })
}

/** One page of a query, and the cursor to the next where there is one. */
async function pageOf(
  documents: Documents,
  collection: string,
  model: string,
  asked: Asked,
  tenant: string,
  query: { readonly where: readonly Condition[]; readonly sort: NonNullable<Query['sort']> },
): Promise<{ readonly items: readonly { readonly id: string; readonly doc: Doc }[]; readonly cursor?: string }> {
  const { cursor, limit: _, ...filter } = asked.params
  const bound = { ...filter, audience: asked.audience, tenant }
  const found = await documents.find(tenant, collection, {
    ...query,
    limit: asked.limit + 1,
    ...(cursor !== undefined && { after: readCursor(cursor, model, bound) }),
  })
  const items = found.slice(0, asked.limit)
  if (found.length <= asked.limit) return { items }
  const last = items.at(-1)!
  return {
    items,
    cursor: makeCursor(model, bound, { id: last.id, key: last.doc[query.sort.field] as string | number | undefined }),
  }
}

const told = (deps: ViewsDeps, asked: Asked): Doc => ({
  position: deps.projection.lag().reached,
  ...(asked.params['asOf'] !== undefined && { asOf: asked.params['asOf'], clock: asked.asOf!.clock }),
})

// ── read models ───────────────────────────────────────────────────────────────────────────────────────────────────

function modelView(deps: ViewsDeps, model: AnyReadModel): View {
  const scoped = model.scope !== 'tenant'
  const parameters: Shape = {
    ...(model.scope === 'engagement' && { engagement: uuid.describe('Id of the engagement.') }),
    ...(model.scope === 'client' && { client: uuid.describe('Id of the client.') }),
    ...Object.fromEntries(
      model.list.filters.map((f) => [f, z.string().max(500).optional().describe(`Only entries with this ${f}.`)]),
    ),
    order: order.describe(`By ${model.list.sort.field}; ${model.list.sort.direction} by default.`),
    ...pastParams,
    ...pageParams,
  }
  const foldings = new Map(foldingsOf(model).map((f) => [f.name, f]))
  const kinds = new Set([...model.types].map((type) => type.slice(0, type.indexOf('/'))))
  // With ids of their own the documents stand for no stream.
  const [stream] = model.ids === undefined && kinds.size === 1 ? [...kinds] : []
  const remembered = new Remembered()
  const view: View = {
    name: model.name,
    summary: model.summary,
    parameters,
    at: ['list', 'one'],
    ...(stream !== undefined && { stream }),
    async ask(request) {
      const single =
        request.id === undefined
          ? view
          : {
              parameters: {
                ...(scoped && { [model.scope]: parameters[model.scope]!.optional() }),
                ...pastParams,
              } as Shape,
            }
      const asked = await begin(deps, single, request)
      const folding = foldings.get(foldingName(model, asked.audience))
      if (folding === undefined) throw new Refusal('forbidden', viewCodes.forbidden)
      if (request.id !== undefined) return one(deps, model, folding, asked, request)
      const { documents, collection } = await source(deps, model, folding, asked, request, remembered)
      const where: Condition[] = scoped ? [{ field: model.scope, eq: asked.params[model.scope]! }] : []
      for (const filter of model.list.filters)
        if (asked.params[filter] !== undefined) where.push({ field: filter, eq: asked.params[filter] })
      const sort = {
        field: model.list.sort.field,
        direction: (asked.params['order'] as 'asc' | 'desc' | undefined) ?? model.list.sort.direction,
      }
      const { items, cursor } = await pageOf(documents, collection, folding.name, asked, request.tenant, {
        where,
        sort,
      })
      const opened: Doc[] = []
      for (const { id, doc } of items) opened.push({ id, ...outside(await deps.keys.open(request.tenant, doc)) })
      return { body: { items: opened, ...(cursor !== undefined && { cursor }), ...told(deps, asked) } }
    },
  }
  return view
}

async function source(
  deps: ViewsDeps,
  model: AnyReadModel,
  folding: Folding,
  asked: Asked,
  request: Ask,
  remembered: Remembered,
): Promise<{ readonly documents: Documents; readonly collection: string }> {
  if (asked.asOf === undefined)
    return { documents: deps.documents, collection: deps.projection.collection(folding.name) }
  const scope = asked.params[model.scope]
  const key = JSON.stringify([request.tenant, folding.name, scope, asked.asOf, deps.projection.lag().reached])
  return {
    documents: await remembered.get(key, async () =>
      foldAsOf(asked.past, folding, await scopesOf(deps, model, request.tenant, scope), asked.asOf!),
    ),
    collection: folding.name,
  }
}

/** The scopes that a model of an engagement folds: its own, and the wider ones where it lists events of theirs. */
async function scopesOf(
  deps: ViewsDeps,
  model: AnyReadModel,
  tenant: string,
  scope: string | undefined,
): Promise<readonly string[] | undefined> {
  if (model.scope === 'tenant' || scope === undefined) return undefined
  const levels = new Set(
    [...model.types].map((type) => deps.registry.served(type.slice(0, type.indexOf('/')))?.stream.scope.level),
  )
  const client = model.scope === 'engagement' ? (await deps.engagement(tenant, scope))?.client : undefined
  return [
    scope,
    ...(levels.has('client') && client !== undefined ? [client] : []),
    ...(levels.has('tenant') ? [TENANT_SCOPE] : []),
  ]
}

async function one(
  deps: ViewsDeps,
  model: AnyReadModel,
  folding: Folding,
  asked: Asked,
  request: Ask,
): Promise<Answer> {
  const absent = (): never => {
    throw new Refusal('not-found', viewCodes['not-found'])
  }
  const id = request.id!.toLowerCase()
  if (!uuidLike(id)) return absent()
  const live = await deps.documents.get(request.tenant, deps.projection.collection(folding.name), id)
  if (live === undefined || live.doc === 'deleted') return absent()
  const scope = live.doc[model.scope] as string | undefined
  if (model.scope === 'engagement' && !(await deps.member(request.actor, request.tenant, { engagement: scope! })))
    return absent()
  let doc: Doc = live.doc
  if (asked.asOf !== undefined) {
    const past = await foldAsOf(asked.past, folding, await scopesOf(deps, model, request.tenant, scope), asked.asOf)
    const then = await past.get(request.tenant, folding.name, id)
    if (then === undefined || then.doc === 'deleted') return absent()
    doc = then.doc
  }
  const body = { id, ...outside(await deps.keys.open(request.tenant, doc)), ...told(deps, asked) }
  return { body, ...(typeof doc['revision'] === 'number' && { etag: String(doc['revision']) }) }
}

/** Revisions leave as opaque strings. */
const outside = (doc: unknown): Doc => {
  const { revision, ...rest } = doc as Doc
  return { ...rest, ...(revision !== undefined && { revision: String(revision) }) }
}

/** The last few folds of the past, so that turning pages does not fold again. */
class Remembered {
  readonly #kept = new Map<string, Promise<Documents>>()

  get(key: string, make: () => Promise<Documents>): Promise<Documents> {
    const kept = this.#kept.get(key) ?? make()
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    kept.catch(() => this.#kept.delete(key))
    if (this.#kept.size > 4) this.#kept.delete(this.#kept.keys().next().value!)
    return kept
  }
}

// ── log and timeline ──────────────────────────────────────────────────────────────────────────────────────────────

function logView(deps: ViewsDeps): View {
  const remembered = new Remembered()
  const view: View = {
    name: 'log',
    summary: 'Every stored event as it is stored, personal fields sealed, in recorded order.',
    parameters: {
      engagement: uuid.optional().describe('Only events of this engagement.'),
      ...pastParams,
      ...pageParams,
    },
    at: ['list'],
    async ask(request) {
      if (request.actor.role === 'client') throw new Refusal('forbidden', viewCodes.forbidden)
      const asked = await begin(deps, view, request)
      const { documents, collection } = await logSource(deps, asked, request, remembered)
      const where: Condition[] = asked.engagement === undefined ? [] : [{ field: 'scope', eq: asked.engagement.id }]
      const { items, cursor } = await pageOf(documents, collection, logFolding.name, asked, request.tenant, {
        where,
        sort: { field: 'at', direction: 'asc' },
      })
      const events = items.map(({ id, doc }) => {
        const { stream, revision, type, at, recorded, effective, recordedAt, metadata, data } = doc as LogEntry
        return {
          id,
          stream,
          revision: String(revision),
          position: at,
          type,
          recordedAt,
          recorded,
          effective,
          metadata,
          data,
        }
      })
      return { body: { items: events, ...(cursor !== undefined && { cursor }), ...told(deps, asked) } }
    },
  }
  return view
}

async function logSource(
  deps: ViewsDeps,
  asked: Asked,
  request: Ask,
  remembered: Remembered,
): Promise<{ readonly documents: Documents; readonly collection: string }> {
  if (asked.asOf === undefined) return { documents: deps.documents, collection: asked.past.log }
  const key = JSON.stringify([request.tenant, asked.engagement?.id, asked.asOf, deps.projection.lag().reached])
  const documents = await remembered.get(key, () =>
    foldLogAsOf(asked.past, asked.engagement && [asked.engagement.id], asked.asOf!),
  )
  return { documents, collection: logFolding.name }
}

function timelineView(deps: ViewsDeps): View {
  const remembered = new Remembered()
  const view: View = {
    name: 'timeline',
    summary: 'What happened in an engagement, as sentences grouped by day.',
    parameters: {
      engagement: uuid.describe('Id of the engagement.'),
      ...pastParams,
      lang,
      order: order.describe('By time; asc by default.'),
      ...pageParams,
    },
    at: ['list'],
    async ask(request) {
      const asked = await begin(deps, view, request)
      const { id, name, zone } = asked.engagement!
      const language: Language = (asked.params['lang'] as Language | undefined) ?? 'en'
      const byOccurred =
        asked.params['clock'] === 'occurred' || (asked.params['clock'] === undefined && asked.asOf === undefined)
      const { documents, collection } = await logSource(deps, asked, request, remembered)
      const where: Condition[] = [
        { field: 'scope', eq: id },
        ...(asked.audience === 'client' ? [{ field: 'visibility', eq: 'client' }] : []),
      ]
      const sort = {
        field: byOccurred ? 'moment' : 'at',
        direction: (asked.params['order'] as 'asc' | 'desc' | undefined) ?? 'asc',
      } as const
      const { items, cursor } = await pageOf(documents, collection, logFolding.name, asked, request.tenant, {
        where,
        sort,
      })
      const sentences = new Sentences(deps, { tenant: request.tenant, language, zone, asOf: asked.asOf })
      const days: { day: string; label: string; entries: Doc[] }[] = []
      for (const { id: event, doc } of items) {
        const entry = doc as LogEntry
        const day = dayOf(entry, byOccurred, zone)
        if (days.at(-1)?.day !== day)
          days.push({
            day,
            label: dayWords(day, language, 'full'),
            entries: [],
          })
        days.at(-1)!.entries.push(await entryFor(deps, sentences, event, entry))
      }
      return {
        body: {
          engagement: { id, name, zone },
          clock: byOccurred ? 'occurred' : 'recorded',
          language,
          days,
          ...(cursor !== undefined && { cursor }),
          ...told(deps, asked),
        } as unknown as Doc,
      }
    },
  }
  return view
}

async function entryFor(deps: ViewsDeps, sentences: Sentences, id: string, entry: LogEntry): Promise<Doc> {
  const event = deps.registry.read(storedOf(id, entry))
  const { sentence, texts } = await sentences.of(event)
  return {
    id,
    stream: event.kind,
    streamId: event.streamId,
    occurredAt: entry.effective,
    ...(entry.effectiveOn !== undefined && { occurredOn: entry.effectiveOn }),
    recordedAt: entry.recordedAt,
    visibility: entry.visibility,
    sentence,
    texts,
    ...(event.meta.late === true && { late: true }),
    ...(event.meta.import !== undefined && {
      source: event.meta.import.source,
      ...(event.meta.import.reference !== undefined && { reference: event.meta.import.reference }),
    }),
  }
}

const dayOf = (entry: LogEntry, byOccurred: boolean, zone: string): string =>
  byOccurred && entry.effectiveOn !== undefined
    ? entry.effectiveOn
    : Temporal.Instant.from(byOccurred ? entry.effective : entry.recorded)
        .toZonedDateTimeISO(zone)
        .toPlainDate()
        .toString()
