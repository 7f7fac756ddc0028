import { foldAsOf } from '../as-of.ts'
import { foldingName, foldingsOf, kindsOf, TENANT_SCOPE, type Folding } from '../folding.ts'
import type { Documents } from '../ports.ts'
import type { AnyReadModel, Moment } from '../read-model.ts'
import { instantText } from '../time.ts'
import { Remembered, type Asked } from './asked.ts'
import type { Ask, ViewsDeps } from './view.ts'

/** Where the documents of a folding are, live or as of a moment of the past. */
export async function source(
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
export async function scopesOf(
  deps: ViewsDeps,
  model: AnyReadModel,
  tenant: string,
  scope: string | undefined,
): Promise<readonly string[] | undefined> {
  if (model.scope === 'tenant' || scope === undefined) return undefined
  const levels = new Set(kindsOf(model).map((kind) => deps.registry.served(kind)?.stream.scope.level))
  const client = model.scope === 'engagement' ? (await deps.engagement(tenant, scope))?.client : undefined
  return [
    scope,
    ...(levels.has('client') && client !== undefined ? [client] : []),
    ...(levels.has('tenant') ? [TENANT_SCOPE] : []),
  ]
}

/** The moment that is asked as of, found once for all documents of an answer. */
export function momentOf(
  deps: ViewsDeps,
  model: AnyReadModel,
  asked: Asked,
  request: Ask,
  remembered: Remembered,
): () => Promise<Moment> {
  let found: Promise<Moment> | undefined
  const find = async (): Promise<Moment> => ({
    now: await nowOf(deps, asked, request),
    zone: asked.engagement?.zone ?? 'UTC',
    audience: asked.audience,
    async last(other, where) {
      const folding = foldingsOf(other, deps.registry).find((f) => f.name === foldingName(other, asked.audience))
      const scope = asked.engagement?.id
      if (folding === undefined || scope === undefined || model.scope !== other.scope) return undefined
      const params = { ...asked.params, [other.scope]: scope }
      const of = { ...asked, params }
      const { documents, collection } = await source(deps, other, folding, of, request, remembered)
      const conditions = Object.entries(where).map(([field, eq]) => ({ field, eq }))
      const [last] = await documents.find(request.tenant, collection, {
        where: [{ field: other.scope, eq: scope }, ...conditions],
        sort: { field: other.list.sort.field, direction: 'desc' },
        limit: 1,
      })
      return last?.doc
    },
  })
  return () => (found ??= find())
}

async function nowOf(deps: ViewsDeps, { asOf, past }: Asked, { tenant }: Ask): Promise<string> {
  if (asOf?.before !== undefined) return asOf.before
  if (asOf?.upTo !== undefined) {
    const [entry] = await past.documents.find(tenant, past.log, {
      where: [{ field: 'at', lte: asOf.upTo }],
      sort: { field: 'at', direction: 'desc' },
      limit: 1,
    })
    if (entry !== undefined) return String(entry.doc['recorded'])
  }
  return instantText(deps.clock?.() ?? Temporal.Now.instant())
}
