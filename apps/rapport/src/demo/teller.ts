import { HOUSE, START, uuidv8, type Acting, type Doc, type Json, type Occurred } from '@rapport/events'
import type { House, Ports } from '@rapport/house'
import { inOrder, type Story } from './story.ts'

/** The time of a story: it stands still until the story moves it on. */
export class StoryClock {
  #now: Temporal.Instant

  constructor(now: Temporal.Instant) {
    this.#now = now
  }

  readonly now = (): Temporal.Instant => this.#now

  moveTo(instant: Temporal.Instant): void {
    if (Temporal.Instant.compare(instant, this.#now) > 0) this.#now = instant
  }
}

/** Those who act without being of a story: two administrators, and the house itself. */
export const admin = (name: 'first' | 'second'): Acting => ({
  id: uuidv8('actor', 'demo', name),
  kind: 'person',
  role: 'admin',
})
const reader: Acting = { id: uuidv8('actor', 'demo', 'reader'), kind: 'system', role: 'pm' }
export const system: Acting = { id: uuidv8('actor', 'demo', 'system'), kind: 'system', role: 'system' }

/** How long what a step has set going may take until it is done. */
const PATIENCE = 30_000
/** A deadline is judged this long after it was due, as the clock of a house that runs does. */
const JUDGED_AFTER = { minutes: 5, seconds: 1 } as const
/** Between two acts of one step. */
const PAUSE = { seconds: 40 } as const

/** Tells a story to a house: every act goes through its decision, under the story's clock, with a key of its own. */
export class Teller {
  readonly #house: House
  readonly #ports: Ports
  readonly #tenant: string
  readonly #clock: StoryClock
  #key = ''
  #acts = 0

  constructor(house: House, ports: Ports, tenant: string, clock: StoryClock) {
    this.#house = house
    this.#ports = ports
    this.#tenant = tenant
    this.#clock = clock
  }

  /** Tells stories to their end, step by step; whatever was told before stands. */
  async tell(stories: readonly Story[], today: Temporal.PlainDate): Promise<void> {
    for (const { story, step, n, at } of inOrder(stories, today)) {
      await this.until(at)
      this.#key = `${story.name}/${n}`
      this.#acts = 0
      await step.tell(this)
      await this.#settled()
    }
  }

  /** Moves the clock on; what becomes due on the way is judged in its time. */
  async until(at: Temporal.Instant): Promise<void> {
    for (let judged = ''; ;) {
      const due = await this.#house.clock.next()
      if (due === undefined || due <= judged) break
      const time = Temporal.Instant.from(due).add(JUDGED_AFTER)
      if (Temporal.Instant.compare(time, at) > 0) break
      this.#clock.moveTo(time)
      await this.#house.clock.tick()
      await this.#settled()
      judged = due
    }
    this.#clock.moveTo(at)
  }

  /** Begins a stream; answers its id. */
  create(actor: Acting, stream: string, decision: string, body: Json, occurred?: Occurred): Promise<string> {
    return this.#act(actor, stream, decision, undefined, body, occurred)
  }

  /** Acts on a stream. */
  async act(
    actor: Acting,
    [stream, id]: readonly [stream: string, id: string],
    decision: string,
    body: Json = {},
    occurred?: Occurred,
  ): Promise<void> {
    await this.#act(actor, stream, decision, id, body, occurred)
  }

  /** The first item of a list that fits: what a reaction made has an id that the story does not know. */
  async find(model: string, engagement: string, fits: (item: Doc) => boolean): Promise<string> {
    const view = this.#house.views.find(({ name }) => name === model)!
    const { body } = await view.ask({ tenant: this.#tenant, actor: reader, params: { engagement, limit: '500' } })
    return (body['items'] as readonly (Doc & { readonly id: string })[]).find(fits)!.id
  }

  async #act(
    actor: Acting,
    stream: string,
    decision: string,
    id: string | undefined,
    body: Json,
    occurred: Occurred | undefined,
  ): Promise<string> {
    if (this.#acts++ > 0) this.#clock.moveTo(this.#clock.now().add(PAUSE))
    const outcome = await this.#house.handle.handle({
      tenant: this.#tenant,
      stream,
      decision,
      ...(id !== undefined && { id }),
      body,
      ...(occurred !== undefined && { occurred }),
      key: `demo/${this.#key}/${this.#acts}`,
      source: actor.id,
      actor,
    })
    return outcome.id
  }

  /** Waits until the read models have folded and the reactions have answered everything so far. */
  async #settled(): Promise<void> {
    const end = performance.now() + PATIENCE
    for (;;) {
      const head = await this.#ports.events.head([])
      if (!(await this.#house.projection.waitFor(head, PATIENCE))) throw new Error('The read models do not follow.')
      while (!(await this.#reacted())) {
        if (performance.now() > end) throw new Error('The reactions do not follow.')
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      if ((await this.#ports.events.head([])) === head) return
    }
  }

  async #reacted(): Promise<boolean> {
    for (const { name, on } of this.#house.registry.contexts.flatMap((context) => context.reactions)) {
      const head = await this.#ports.events.head([...new Set(on.map(({ stream }) => `${stream.split('.')[0]!}.`))])
      const kept = await this.#ports.ops.get(HOUSE, `messages/reaction:${name}`)
      if (((kept?.value as { readonly position?: string } | undefined)?.position ?? START) < head) return false
    }
    return true
  }
}
