import { foldAsOf, logAsOf, type AsOf, type Past } from './as-of.ts'
import { RapportError, Unavailable } from './errors.ts'
import { foldingName, foldingsOf, logFolding, type LogEntry } from './folding.ts'
import type { AnyMeasure, Figure, Figures, Period, Wanted } from './measure.ts'
import type { Doc, Documents, EventStore } from './ports.ts'
import type { Projection } from './projection.ts'
import type { AnyReadModel, Audience } from './read-model.ts'
import type { Registry } from './registry.ts'
import { instantText } from './time.ts'

export interface MeasuresDeps {
  readonly store: EventStore
  readonly documents: Documents
  readonly registry: Registry
  readonly projection: Pick<Projection, 'collection' | 'waitFor'>
  readonly clock: () => Temporal.Instant
  readonly zone: (tenant: string, engagement: string) => Promise<string>
}

const WAIT = 2_000
const MOST = 100_000

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

  /** For a decision: after everything recorded so far, or as of an event. */
  async forDecision(tenant: string, engagement: string, wanted: Wanted): Promise<Figures> {
    const { store, projection, documents } = this.#deps
    if (!(await projection.waitFor(await store.head([]), WAIT)))
      throw new Unavailable('The read models lag behind; nothing was recorded.')
    let asOf: AsOf | undefined
    if (wanted.asOf !== undefined) {
      const found = await documents.get(tenant, projection.collection(logFolding.name), wanted.asOf)
      if (found === undefined || found.doc === 'deleted')
        throw new RapportError('as-of-invalid', 'There is no such event.')
      asOf = { clock: 'recorded', upTo: (found.doc as LogEntry).at }
    }
    return this.ask(tenant, engagement, wanted, asOf)
  }

  async ask(
    tenant: string,
    engagement: string,
    wanted: Omit<Wanted, 'asOf'>,
    asOf: AsOf | undefined,
  ): Promise<Figures> {
    const zone = await this.#deps.zone(tenant, engagement)
    const now = asOf?.before ?? instantText(this.#deps.clock())
    const period: Period = { from: wanted.from, to: wanted.to, now, zone }
    const last = await this.#last(tenant, engagement, asOf)
    const read = new Map<string, Promise<readonly (Doc & { id: string })[]>>()
    const docs = (model: AnyReadModel) => {
      let found = read.get(model.name)
      if (found === undefined)
        read.set(model.name, (found = this.#documents(tenant, engagement, model, wanted.audience, asOf)))
      return found
    }
    const figures: Record<string, Figure> = {}
    for (const name of wanted.measures) {
      const measure = this.all.find((m) => m.name === name)
      if (measure === undefined) throw new RapportError('invalid-query', `There is no measure ${name}.`)
      const given: Record<string, readonly (Doc & { id: string })[]> = {}
      for (const [key, model] of Object.entries(measure.models as Record<string, AnyReadModel>))
        given[key] = await docs(model)
      figures[name] = {
        measure: name,
        version: measure.version,
        ...measure.compute(given, period),
        ...(last !== undefined && { last }),
      }
    }
    return figures
  }

  async #documents(
    tenant: string,
    engagement: string,
    model: AnyReadModel,
    audience: Audience,
    asOf: AsOf | undefined,
  ): Promise<readonly (Doc & { id: string })[]> {
    const { documents, registry, projection } = this.#deps
    if (!model.audience.includes(audience)) throw new RapportError('audience', `${model.name} is not for ${audience}.`)
    const name = foldingName(model, audience)
    const folding = foldingsOf(model, registry).find((f) => f.name === name)!
    const live = asOf === undefined
    const from = live ? documents : await foldAsOf(this.#past(tenant), folding, [engagement], asOf)
    const found = await from.find(tenant, live ? projection.collection(name) : name, {
      where: [{ field: 'engagement', eq: engagement }],
      limit: MOST,
    })
    return found.map(({ id, doc }) => ({ ...doc, id }))
  }

  async #last(tenant: string, engagement: string, asOf: AsOf | undefined): Promise<string | undefined> {
    const { documents, projection } = this.#deps
    if (asOf !== undefined) return (await logAsOf(this.#past(tenant), { scopes: [engagement] }, asOf)).at(-1)?.id
    const [found] = await documents.find(tenant, projection.collection(logFolding.name), {
      where: [{ field: 'scope', eq: engagement }],
      sort: { field: 'at', direction: 'desc' },
      limit: 1,
    })
    return found?.id
  }

  #past(tenant: string): Past {
    const { documents, registry, projection } = this.#deps
    return { documents, registry, tenant, log: projection.collection(logFolding.name) }
  }
}
