import { AS_OF_LIMIT, entryOf, foldAsOf, type AsOf } from './as-of.ts'
import { RapportError } from './errors.ts'
import { foldingName, foldingsOf, type LogEntry } from './folding.ts'
import type { Figure, Measured, Wanted } from './measure.ts'
import { documentsOf, figureOf, modelsOf, type Measures } from './measures.ts'
import { foldPage } from './fold-page.ts'

/** What was asked when a figure was made. */
export interface Cited {
  readonly tenant: string
  readonly engagement: string
  readonly wanted: Omit<Wanted, 'measures'>
  /** The moment that it was asked as of. */
  readonly now: string
}

/** A figure made again. */
export interface Derived {
  readonly measure: string
  readonly version: number
  /** As it is stored. */
  readonly cited: Measured
  /** Whether it comes out the same from the events up to its last one; undefined where it cannot be made again, and `why`. */
  readonly equal?: boolean
  readonly why?: string
  readonly derived?: Measured
  /** What it would be with all that was recorded since about the same period, as of the same moment. */
  readonly today?: Measured
  /** The later events that change it, in the order they were recorded, each with the value that followed. */
  readonly changedBy?: readonly { readonly event: string; readonly value: string | null; readonly n: number }[]
}

const measured = ({ value, n, events }: Measured): Measured => ({ value, n, events })
const same = (a: Measured, b: Measured): boolean =>
  a.value === b.value &&
  a.n === b.n &&
  a.events.length === b.events.length &&
  a.events.every((e, i) => e === b.events[i])

/** Makes a figure again from the events up to its last one, and looks which later events would change it (I-25). */
export async function derive(measures: Measures, cited: Cited, figure: Figure): Promise<Derived> {
  const { tenant, engagement, wanted } = cited
  const before = { measure: figure.measure, version: figure.version, cited: measured(figure) }
  const measure = measures.named(figure.measure)
  if (measure?.version !== figure.version)
    return { ...before, why: `${figure.measure} version ${figure.version} is not here any more.` }
  const past = measures.past(tenant)
  const last = figure.last === undefined ? undefined : await past.documents.get(tenant, past.log, figure.last)
  if (last === undefined || last.doc === 'deleted') return { ...before, why: 'Its last event is not here.' }
  const upTo = (last.doc as LogEntry).at
  const asOf: AsOf = { clock: 'recorded', upTo }
  const period = await measures.periodOf(tenant, engagement, { ...wanted, measures: [] }, cited.now)
  const folds = await Promise.all(
    modelsOf(measure).map(async ([name, model]) => {
      const of = foldingName(model, wanted.audience)
      const folding = foldingsOf(model, past.registry).find((f) => f.name === of)
      if (folding === undefined) throw new RapportError('audience', `${model.name} is not for ${wanted.audience}.`)
      return { name, folding, documents: await foldAsOf(past, folding, [engagement], asOf) }
    }),
  )
  const compute = async (): Promise<Measured> => {
    const docs = folds.map(
      async ({ name, folding, documents }) =>
        [name, await documentsOf(documents, tenant, folding.name, engagement)] as const,
    )
    return measured(figureOf(measure, Object.fromEntries(await Promise.all(docs)), period, undefined))
  }
  const derived = await compute()
  let today = derived
  const changedBy: { event: string; value: string | null; n: number }[] = []
  const later = await past.documents.find(tenant, past.log, {
    where: [
      { field: 'scope', eq: engagement },
      { field: 'at', gt: upTo },
    ],
    sort: { field: 'at', direction: 'asc' },
    limit: AS_OF_LIMIT,
  })
  for (const { id, doc } of later) {
    const entry = entryOf(past.registry, id, doc as LogEntry)
    let moved = false
    for (const { folding, documents } of folds) {
      const puts = await foldPage(documents, folding, folding.name, [entry])
      if (puts.length === 0) continue
      await documents.write(puts)
      moved = true
    }
    if (!moved) continue
    const next = await compute()
    if (!same(today, next)) changedBy.push({ event: id, value: next.value, n: next.n })
    today = next
  }
  return { ...before, equal: same(derived, figure), derived, today, changedBy }
}
