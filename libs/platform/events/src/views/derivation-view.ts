import { derive, type Cited } from '../derivation.ts'
import { Refusal } from '../errors.ts'
import { foldingName } from '../folding.ts'
import type { Figure } from '../measure.ts'
import type { Measures } from '../measures.ts'
import { uuidLike, type Doc } from '../ports.ts'
import type { AnyReadModel } from '../read-model.ts'
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
  const view: View = {
    name,
    summary,
    parameters: {},
    at: ['one'],
    async ask(request) {
      const asked = await begin(deps, view, request)
      const absent = (): never => {
        throw new Refusal('not-found', viewCodes['not-found'])
      }
      const id = (request.id ?? '').toLowerCase()
      if (!uuidLike(id) || !model.audience.includes(asked.audience)) return absent()
      const collection = deps.projection.collection(foldingName(model, asked.audience))
      const held = await deps.documents.get(request.tenant, collection, id)
      if (held === undefined || held.doc === 'deleted') return absent()
      const engagement = held.doc['engagement'] as string
      if (!(await deps.member(request.actor, request.tenant, { engagement }))) return absent()
      const cited = citing.cited(held.doc)
      if (cited === undefined) return absent()
      const figures = []
      for (const figure of cited.figures)
        figures.push(await derive(measures, { tenant: request.tenant, engagement, ...cited }, figure))
      const equal = figures.every((figure) => figure.equal === true)
      return { body: { id, equal, figures, ...told(deps, asked) } as unknown as Doc }
    },
  }
  return view
}
