import { foldAsOf, logAsOf, type AsOf, type Past } from './as-of.ts'
import { RapportError, Unavailable } from './errors.ts'
import { foldingName, foldingsOf, logFolding, type LogEntry } from './folding.ts'
import type { AnyMeasure, Figure, Figures, Period, Wanted } from './measure.ts'
import type { Doc, Documents, EventStore } from './ports.ts'
import type { Projection } from './projection.ts'
import type { AnyReadModel, Audience } from './read-model.ts'
import type { Registry } from './registry.ts'
import { dayEnd, dayStart, instantText, parseDate } from './time.ts'

export interface MeasuresDeps {
  readonly store: EventStore
  readonly documents: Documents
  readonly registry: Registry
  readonly projection: Pick<Projection, 'collection' | 'waitFor'>
  readonly clock: () => Temporal.Instant
  readonly zone: (tenant: string, engagement: string) => Promise<string>
}

/** Milliseconds that a decision waits for its figures: read models stand still while a doctor compares them or a backup begins. */
const WAIT = 10_000
/** What one `find` may answer: measures over more documents of a model are refused, never made of a part. */
const MOST = 100_000

type Docs = readonly (Doc & { readonly id: string })[]

/** Answers figures: each a measure over the documents of an engagement, live or as they were. */
export class Measures {
  readonly #deps: MeasuresDeps

  constructor(deps: MeasuresDeps) {
    this.#deps = deps
  }

  now(): string {
    return instantText(this.#deps.clock())
  }

  get all(): readonly AnyMeasure[] {
    return this.#deps.registry.contexts.flatMap((c) => c.measures)
  }
  named(name: string): AnyMeasure | undefined {
    return this.all.find((measure) => measure.name === name)
  }

  /**
   * For a decision, after everything recorded so far. They are folded from the log up to its last event, not read from the live documents:
   * those may move on while they are read, and a figure must follow from exactly what it names as last.
   */
  async forDecision(tenant: string, engagement: string, wanted: Wanted, now: string): Promise<Figures> {
    const { store, projection, documents } = this.#deps
    if (!(await projection.waitFor(await store.head([]), WAIT)))
      throw new Unavailable('The read models lag behind; nothing was recorded.')
    const [last] = await documents.find(tenant, projection.collection(logFolding.name), {
      where: [{ field: 'scope', eq: engagement }],
      sort: { field: 'at', direction: 'desc' },
      limit: 1,
    })
    if (last === undefined) throw new Unavailable('The log has nothing of this engagement yet; nothing was recorded.')
    return this.ask(tenant, engagement, wanted, { clock: 'recorded', upTo: (last.doc as LogEntry).at }, now)
  }

  /** These measures over the engagement's documents, live or as of a moment of the past; `now` where it is not that moment. */
  async ask(
    tenant: string,
    engagement: string,
    wanted: Wanted,
    asOf: AsOf | undefined,
    now?: string,
  ): Promise<Figures> {
    const last = await this.#last(tenant, engagement, asOf)
    const period = await this.periodOf(
      tenant,
      engagement,
      wanted,
      now ?? asOf?.before ?? (asOf === undefined ? undefined : last?.recorded) ?? this.now(),
    )
    const read = new Map<string, Promise<Docs>>()
    const docs = (model: AnyReadModel): Promise<Docs> => {
      let found = read.get(model.name)
      if (found === undefined)
        read.set(model.name, (found = this.#documents(tenant, engagement, model, wanted.audience, asOf)))
      return found
    }
    const figures: Record<string, Figure> = {}
    for (const name of wanted.measures) {
      const measure = this.named(name)
      if (measure === undefined) throw new RapportError('invalid-query', `There is no measure ${name}.`)
      const given: Record<string, Docs> = {}
      for (const [key, model] of modelsOf(measure)) given[key] = await docs(model)
      figures[name] = figureOf(measure, given, period, last?.id)
    }
    return figures
  }

  /** The period in instants; a day counts whole, in the engagement's zone. */
  async periodOf(tenant: string, engagement: string, { from, to }: Wanted, now: string): Promise<Period> {
    const zone = await this.#deps.zone(tenant, engagement)
    return {
      from: parseDate(from) === undefined ? from : dayStart(from, zone),
      to: parseDate(to) === undefined ? to : dayEnd(to, zone),
      now,
      zone,
    }
  }

  async #documents(
    tenant: string,
    engagement: string,
    model: AnyReadModel,
    audience: Audience,
    asOf: AsOf | undefined,
  ): Promise<Docs> {
    const { documents, registry, projection } = this.#deps
    if (!model.audience.includes(audience)) throw new RapportError('audience', `${model.name} is not for ${audience}.`)
    const name = foldingName(model, audience)
    const folding = foldingsOf(model, registry).find((f) => f.name === name)!
    const live = asOf === undefined
    const from = live ? documents : await foldAsOf(this.past(tenant), folding, [engagement], asOf)
    return documentsOf(from, tenant, live ? projection.collection(name) : name, engagement)
  }

  async #last(
    tenant: string,
    engagement: string,
    asOf: AsOf | undefined,
  ): Promise<{ readonly id: string; readonly recorded: string } | undefined> {
    const { documents, projection } = this.#deps
    if (asOf !== undefined) {
      const last = (await logAsOf(this.past(tenant), { scopes: [engagement] }, asOf)).at(-1)
      return last && { id: last.id, recorded: last.entry.recorded }
    }
    const [found] = await documents.find(tenant, projection.collection(logFolding.name), {
      where: [{ field: 'scope', eq: engagement }],
      sort: { field: 'at', direction: 'desc' },
      limit: 1,
    })
    return found && { id: found.id, recorded: (found.doc as LogEntry).recorded }
  }

  past(tenant: string): Past {
    const { documents, registry, projection } = this.#deps
    return { documents, registry, tenant, log: projection.collection(logFolding.name) }
  }
}

export const modelsOf = (measure: AnyMeasure): readonly (readonly [name: string, model: AnyReadModel])[] =>
  Object.entries(measure.models as Readonly<Record<string, AnyReadModel>>)

export function figureOf(
  measure: AnyMeasure,
  documents: Readonly<Record<string, Docs>>,
  period: Period,
  last: string | undefined,
): Figure {
  return {
    measure: measure.name,
    version: measure.version,
    models: modelsOf(measure).map(([, { name, version }]) => `${name}.v${version}`),
    ...measure.compute(documents, period),
    ...(last !== undefined && { last }),
  }
}

/** An engagement's documents of a collection; `as-of-too-large` where there are more than one answer holds. */
export async function documentsOf(
  documents: Documents,
  tenant: string,
  collection: string,
  engagement: string,
): Promise<Docs> {
  const found = await documents.find(tenant, collection, {
    where: [{ field: 'engagement', eq: engagement }],
    limit: MOST,
  })
  if (found.length === MOST) throw new RapportError('as-of-too-large', `More than ${MOST} documents would be measured.`)
  return found.map(({ id, doc }) => ({ ...doc, id }))
}
