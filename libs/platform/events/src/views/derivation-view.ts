import { derive, type Cited } from '../derivation.ts'
import { Refusal } from '../errors.ts'
import { foldingName } from '../folding.ts'
import type { Figure } from '../measure.ts'
import type { Measures } from '../measures.ts'
import { uuidLike, type Doc } from '../ports.ts'
import type { AnyReadModel, Audience } from '../read-model.ts'
import { begin, told } from './asked.ts'
import { viewCodes, type View, type ViewsDeps } from './view.ts'

/** Whose figures are made again: the documents of a model that cite them. */
export interface Citing {
  readonly name: string
  readonly summary: string
  readonly model: AnyReadModel
  /** The figures that a document cites and what was asked for them; undefined where it cites none. */
  cited(doc: Doc): (Pick<Cited, 'wanted' | 'now'> & { readonly figures: readonly Figure[] }) | undefined
}

/** `GET /api/views/<name>/{id}`: whether the cited figures come out the same, and which later events would change them. */
export function derivationView(deps: ViewsDeps, measures: Measures, citing: Citing): View {
  const { name, summary, model } = citing
  const collectionOf = (audience: Audience) => deps.projection.collection(foldingName(model, audience))
  const view: View = {
    name,
    summary,
    parameters: {},
    at: ['one'],
    async ask(request) {
      const id = (request.id ?? '').toLowerCase()
      const audience: Audience = request.actor.role === 'client' ? 'client' : 'internal'
      const held = async () => {
        if (!uuidLike(id) || !model.audience.includes(audience)) return undefined
        const found = await deps.documents.get(request.tenant, collectionOf(audience), id)
        return found === undefined || found.doc === 'deleted' ? undefined : found.doc
      }
      // Whose document it is says who may ask, before anybody is told that there is one.
      const asked = await begin(deps, view, request, async () => (await held())?.['engagement'] as string | undefined)
      const doc = await held()
      const cited = doc && citing.cited(doc)
      if (cited === undefined) throw new Refusal('not-found', viewCodes['not-found'])
      const engagement = asked.engagement!.id
      const figures = []
      for (const figure of cited.figures)
        figures.push(await derive(measures, { tenant: request.tenant, engagement, ...cited }, figure))
      const equal = figures.every((figure) => figure.equal === true)
      return { body: { id, equal, figures, ...told(deps, asked) } as unknown as Doc }
    },
  }
  return view
}
