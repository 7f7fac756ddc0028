import { engagements as contract } from '@rapport/contracts'
import type { AnyDecision } from '@rapport/events'
import type { TokenRole } from '@rapport/service'
import { random } from '../../secrecy.fixture.ts'
import { fitting, resolved, type Body } from './fitting.fixture.ts'

export type { Body }

/** A request that the rules accept, as things stand at this desk. */
export interface Valid {
  readonly path: string
  readonly as: string
  readonly body: Body
  /** It was recorded. */
  done?(answer: Readonly<Record<string, unknown>>): void
  /** It, or what a change made of it, was recorded with this body. */
  taken?(body: Readonly<Record<string, unknown>>): void
  /** It was not: what it would have used up is still there. */
  back?(): void
}
export type Mint = (
  role: TokenRole,
  more?: { readonly subject?: string; readonly stakeholder?: string },
) => Promise<string>
export type Recipe = (desk: Desk) => Promise<Valid>
/** Sends a valid request under the name of its route; answers what was answered where it was accepted. */
export type Send = (route: string, valid: Valid) => Promise<boolean>

export interface Thing {
  readonly id: string
  readonly [more: string]: unknown
}
export interface Project {
  readonly id: string
  readonly client: string
  readonly manager: string
  /** A stakeholder of each side, and the token of the client's. */
  ours?: string
  theirs?: { readonly id: string; readonly token: string }
  plan?: string
}

/** Requests for which one project is enough; then another one is begun, so that no list grows without end. */
const A_PROJECT = 150

/** Somebody who works in a tenant of his own and knows what is there, so that the next request can be valid. */
export class Desk {
  readonly seed: number
  readonly next: () => number
  readonly #token: Mint
  readonly #send: Send
  readonly #recipes: Readonly<Record<string, Recipe>>
  readonly #fitting: (route: string) => Body
  readonly #pools = new Map<string, Thing[]>()
  readonly #tokens = new Map<string, string>()
  /** As it is set in the tenant: the same again would be refused. */
  lateAfterDays: unknown = contract.tenantSettingsFact.initial.lateAfterDays
  #project: Project | undefined
  #used = 0
  #count = 0

  constructor(deps: {
    readonly seed: number
    readonly token: Mint
    readonly send: Send
    readonly recipes: Readonly<Record<string, Recipe>>
    readonly decisions: ReadonlyMap<string, AnyDecision>
  }) {
    this.seed = deps.seed
    this.next = random(deps.seed)
    this.#token = deps.token
    this.#send = deps.send
    this.#recipes = deps.recipes
    this.#fitting = fitting(deps.decisions, deps.seed)
  }

  /** Before each request: the project is left when it has had enough of them. */
  turn(): void {
    if (++this.#used % A_PROJECT !== 0) return
    this.#project = undefined
    for (const pool of this.#pools.keys()) if (!tenantWide.has(pool)) this.#pools.delete(pool)
  }

  /** A number that was not there before. */
  get count(): number {
    return ++this.#count
  }
  chance(of: number): boolean {
    return this.next() < of
  }
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!
  }
  /** A text of this name that no other has. */
  unique(name: string): string {
    return `${name} ${this.count}`
  }
  /** An instant so many days from now. */
  inDays(days: number): string {
    return Temporal.Now.instant()
      .add({ hours: Math.round(days * 24) })
      .toString({ fractionalSecondDigits: 3 })
  }
  day(days: number): string {
    return this.inDays(days).slice(0, 10)
  }

  async as(role: TokenRole, subject = role as string): Promise<string> {
    const known = this.#tokens.get(subject) ?? (await this.#token(role, { subject }))
    this.#tokens.set(subject, known)
    return known
  }
  client(stakeholder: string): Promise<string> {
    return this.#token('client', { stakeholder })
  }

  /** A body that fits the schema of a route, with other fields where the rules ask for them; undefined leaves a field out. */
  body(route: string, other: Body = {}): Body {
    const body = { ...(resolved(this.#fitting(route), (kind) => this.#own(kind)) as Body), ...other }
    return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
  }

  /** An id of this kind that is here. */
  #own(kind: string): string {
    const project = this.#project
    const found: Readonly<Record<string, string | undefined>> = {
      'engagements.engagement': project?.id,
      'engagements.client': project?.client,
      'engagements.person': project?.manager,
      'engagements.stakeholder': this.chance(0.5) ? project?.ours : project?.theirs?.id,
    }
    return found[kind] ?? this.#pools.get(kind.slice(kind.indexOf('.') + 1))?.at(-1)?.id ?? NOBODY
  }

  put(pool: string, thing: Thing): void {
    const things = this.#pools.get(pool) ?? []
    this.#pools.set(pool, things)
    things.push(thing)
    if (things.length > 20) things.shift()
  }

  /** One of a pool; where there is none, the route that makes them is asked for one first. */
  async have(pool: string, by: string): Promise<Thing> {
    for (let tries = 0; tries < 20; tries++) {
      const found = this.#pools.get(pool)?.at(-1)
      if (found !== undefined) return found
      await this.#send(by, await this.#recipes[by]!(this))
    }
    throw new Error(`${by} never made a ${pool}.`)
  }
  /** The same, and nobody else gets it. */
  async take(pool: string, by: string): Promise<Thing> {
    const found = await this.have(pool, by)
    this.#pools.get(pool)!.pop()
    return found
  }

  /** One that is made for this, where what was made earlier may be gone. */
  fresh(pool: string, by: string): Promise<Thing> {
    this.#pools.delete(pool)
    return this.take(pool, by)
  }

  /** The project that is worked on, with a stakeholder of each side. */
  async project(): Promise<Required<Omit<Project, 'plan'>> & Project> {
    if (this.#project === undefined) {
      const { id, client, manager } = await this.take('project', '/api/engagements/engagements')
      this.#project = { id, client: client as string, manager: manager as string }
      for (const side of ['ours', 'client']) {
        const body = {
          engagement: id,
          person: manager,
          side,
          role: 'Head',
          rights: side === 'ours' ? [] : ['sign-minutes'],
        }
        await this.#send(STAKEHOLDERS, {
          path: STAKEHOLDERS,
          as: await this.as('pm'),
          body,
          done: (answer) => void this.put(`member.${side}`, { id: answer['id'] as string }),
        })
      }
      this.#project.ours = (await this.take('member.ours', STAKEHOLDERS)).id
      const theirs = (await this.take('member.client', STAKEHOLDERS)).id
      this.#project.theirs = { id: theirs, token: await this.client(theirs) }
    }
    return this.#project as Required<Omit<Project, 'plan'>> & Project
  }
}

const STAKEHOLDERS = '/api/engagements/stakeholders'
const NOBODY = '0192f0c1-7b7a-7c3e-8b8a-1234567890ab'
const tenantWide = new Set(['client', 'person', 'person.requested', 'project', 'import', 'import.session'])
