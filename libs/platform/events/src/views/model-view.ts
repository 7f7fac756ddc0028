import { foldAsOf } from '../as-of.ts'
import { Refusal } from '../errors.ts'
import type { Shape } from '../fields.ts'
import { foldingName, foldingsOf, kindsOf, type Folding } from '../folding.ts'
import { uuidLike, type Condition, type Doc } from '../ports.ts'
import type { AnyReadModel, Moment } from '../read-model.ts'
import { begin, order, pageOf, pageParams, pastParams, Remembered, told, uuid, type Asked } from './asked.ts'
import { momentOf, scopesOf, source } from './moment.ts'
import { viewCodes, type Answer, type Ask, type View, type ViewsDeps } from './view.ts'

/** The view of one read model: its documents as a list, and one by its id. */
export function modelView(deps: ViewsDeps, model: AnyReadModel): View {
  const scoped = model.scope !== 'tenant'
  const parameters: Shape = {
    ...(model.scope === 'engagement' && { engagement: uuid.describe('Id of the engagement.') }),
    ...(model.scope === 'client' && { client: uuid.describe('Id of the client.') }),
    ...Object.fromEntries(
      Object.entries(model.list.filters as Shape).map(([name, schema]) => [
        name,
        schema.optional().describe(`Only entries with this ${name}.`),
      ]),
    ),
    order: order.describe(`By ${model.list.sort.field}; ${model.list.sort.direction} by default.`),
    ...pastParams,
    ...pageParams,
  }
  const single: Shape = { ...(scoped && { [model.scope]: parameters[model.scope]!.optional() }), ...pastParams }
  const foldings = new Map(foldingsOf(model, deps.registry).map((f) => [f.name, f]))
  const kinds = kindsOf(model)
  // With ids of their own the documents stand for no stream.
  const [stream] = model.ids === undefined && kinds.length === 1 ? kinds : []
  const remembered = new Remembered()
  const view: View = {
    name: model.name,
    summary: model.summary,
    parameters,
    one: single,
    at: ['list', 'one'],
    ...(stream !== undefined && { stream }),
    async ask(request) {
      const asked =
        request.id === undefined
          ? await begin(deps, view, request)
          : await begin(
              deps,
              { parameters: single },
              request,
              whoseDocument(deps, model, foldings.keys().next().value!, request),
            )
      const folding = foldings.get(foldingName(model, asked.audience))
      if (folding === undefined) throw new Refusal('forbidden', viewCodes.forbidden)
      if (request.id !== undefined) return one(deps, model, folding, asked, request, remembered)
      const { documents, collection } = await source(deps, model, folding, asked, request, remembered)
      const where: Condition[] = scoped ? [{ field: model.scope, eq: asked.params[model.scope]! }] : []
      for (const filter of Object.keys(model.list.filters))
        if (asked.params[filter] !== undefined) where.push({ field: filter, eq: asked.params[filter] })
      const sort = {
        field: model.list.sort.field,
        direction: (asked.params['order'] as 'asc' | 'desc' | undefined) ?? model.list.sort.direction,
      }
      const { items, cursor } = await pageOf(documents, collection, folding.name, asked, request.tenant, {
        where,
        sort,
      })
      const moment = momentOf(deps, model, asked, request, remembered)
      const opened: Doc[] = []
      for (const { id, doc } of items) opened.push({ id, ...(await tellDoc(deps, model, doc, request, moment)) })
      return { body: { items: opened, ...(cursor !== undefined && { cursor }), ...told(deps, asked) } }
    },
  }
  return view
}

/** Finds the engagement that a document belongs to, before anybody is told that there is one. */
const whoseDocument = (
  deps: ViewsDeps,
  model: AnyReadModel,
  folding: string,
  { tenant, id }: Ask,
): (() => Promise<string | undefined>) | undefined =>
  model.scope !== 'engagement'
    ? undefined
    : async () => {
        if (!uuidLike(id!)) return undefined
        const held = await deps.documents.get(tenant, deps.projection.collection(folding), id!.toLowerCase())
        return held === undefined || held.doc === 'deleted' ? undefined : (held.doc['engagement'] as string)
      }

async function one(
  deps: ViewsDeps,
  model: AnyReadModel,
  folding: Folding,
  asked: Asked,
  request: Ask,
  remembered: Remembered,
): Promise<Answer> {
  const absent = (): never => {
    throw new Refusal('not-found', viewCodes['not-found'])
  }
  const id = request.id!.toLowerCase()
  if (!uuidLike(id)) return absent()
  const live = await deps.documents.get(request.tenant, deps.projection.collection(folding.name), id)
  if (live === undefined || live.doc === 'deleted') return absent()
  const scope = live.doc[model.scope] as string | undefined
  if (model.scope === 'engagement' && scope !== asked.engagement?.id) return absent()
  let doc: Doc = live.doc
  if (asked.asOf !== undefined) {
    const past = await foldAsOf(asked.past, folding, await scopesOf(deps, model, request.tenant, scope), asked.asOf)
    const then = await past.get(request.tenant, folding.name, id)
    if (then === undefined || then.doc === 'deleted') return absent()
    doc = then.doc
  }
  const moment = momentOf(deps, model, asked, request, remembered)
  const body = { id, ...(await tellDoc(deps, model, doc, request, moment)), ...told(deps, asked) }
  return { body, ...(typeof doc['revision'] === 'number' && { etag: String(doc['revision']) }) }
}

/** A document as it is told at a moment, opened. */
async function tellDoc(
  deps: ViewsDeps,
  model: AnyReadModel,
  doc: Doc,
  request: Ask,
  moment: () => Promise<Moment>,
): Promise<Doc> {
  const words = model.tell === undefined ? doc : await model.tell(doc, await moment())
  return outside(await deps.keys.open(request.tenant, words))
}

/** Revisions leave as opaque strings. */
const outside = (doc: unknown): Doc => {
  const { revision, ...rest } = doc as Doc
  return { ...rest, ...(revision !== undefined && { revision: String(revision) }) }
}
