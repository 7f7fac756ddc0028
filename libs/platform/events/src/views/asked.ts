import { z } from 'zod'
import { parseAsOf, type AsOf, type Past } from '../as-of.ts'
import type { Role } from '../decision.ts'
import { RapportError, Refusal } from '../errors.ts'
import type { Shape } from '../fields.ts'
import { logFolding } from '../folding.ts'
import { uuidLike, type Condition, type Doc, type Documents, type Position, type Query } from '../ports.ts'
import type { Audience } from '../read-model.ts'
import { makeCursor, readCursor } from './cursor.ts'
import { languages } from './sentence.ts'
import { viewCodes, type Ask, type ViewsDeps } from './view.ts'

const WAIT = 2_000
const readers: ReadonlySet<Role> = new Set(['pm', 'auditor', 'client', 'admin'])
export const uuid = z
  .string()
  .refine(uuidLike, 'must be a UUID')
  .overwrite((v) => v.toLowerCase())
export const pastParams = {
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
export const pageParams = {
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|[1-4][0-9]{2}|500)$/, 'must be 1 to 500')
    .optional()
    .describe('Entries a page, 50 by default.'),
  cursor: z.string().max(1000).optional().describe('What the page before answered as cursor.'),
} as const
export const order = z.enum(['asc', 'desc']).optional()
export const lang = z.enum(languages).optional().describe('Language of sentences, en by default.')

/** Every view of the house: the log, the timeline, and one for each read model. */

/** What every view begins with: parameters read, membership checked, the moment found. */
export interface Asked {
  readonly params: Readonly<Record<string, string | undefined>>
  readonly audience: Audience
  readonly engagement:
    { readonly id: string; readonly name: string; readonly zone: string; readonly simulated?: true } | undefined
  readonly asOf: AsOf | undefined
  readonly past: Past
  readonly limit: number
}

/** `whose` finds the engagement where the query names none; there `undefined` is an id that nobody has. */
export async function begin(
  deps: ViewsDeps,
  view: { readonly parameters: Shape },
  request: Ask,
  whose?: () => Promise<string | undefined>,
): Promise<Asked> {
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
  const id = params['engagement'] ?? (await whose?.())
  const found = id === undefined ? undefined : await deps.engagement(tenant, id)
  if ((id !== undefined || whose !== undefined) && found === undefined)
    throw new Refusal('not-found', viewCodes['not-found'])
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
          head: () => deps.store.head([]),
        })
  const engagement = found && {
    id: id!,
    name: found.name,
    zone: found.zone,
    ...(found.simulated === true && { simulated: true as const }),
  }
  return { params, audience, engagement, asOf, past, limit: Number(params['limit'] ?? 50) }
}

const unrecognised = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : ''

async function waitFor(deps: ViewsDeps, position: Position): Promise<void> {
  if (!/^[0-9]{20,40}$/.test(position)) throw new RapportError('invalid-position', viewCodes['invalid-position'])
  if (await deps.projection.waitFor(position, WAIT)) return
  if (position > (await deps.store.head([]))) throw new RapportError('invalid-position', viewCodes['invalid-position'])
  throw new RapportError('lagging', viewCodes.lagging, {
    lag: { reached: deps.projection.lag().reached, wanted: position },
  })
}

/** One page of a query, and the cursor to the next where there is one. */
export async function pageOf(
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

export const told = (deps: ViewsDeps, asked: Asked): Doc => ({
  position: deps.projection.lag().reached,
  ...(asked.params['asOf'] !== undefined && { asOf: asked.params['asOf'], clock: asked.asOf!.clock }),
})

/** The last few folds of the past, so that turning pages does not fold again. */
export class Remembered {
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
