import type { Acting, Shape } from '@rapport/events'
import type { z } from 'zod'

/** What a view is asked. Tenant and actor come from the verified token. */
export interface ViewRequest {
  readonly tenant: string
  readonly actor: Acting
  /** As written in the query; each has passed its parameter's schema, none is there twice. */
  readonly params: Readonly<Record<string, string>>
  /** The header `wait-for` as it came: the view throws `invalid-position` for what is none, `lagging` after its patience. */
  readonly waitFor?: string
  /** `/api/views/<name>/{id}`: a UUID in lower case. */
  readonly id?: string
}
export interface ViewAnswer {
  /** Sent as JSON. */
  readonly body: unknown
  /** The revision of a document of one stream; lists have none. */
  readonly etag?: string
}

/**
 * A view that `GET /api/views/<name>` asks. It throws a RapportError whose code stands in `platformErrors`:
 * `not-found` (an id of another tenant, or one that the actor may not see, answers exactly like an absent one), `invalid-query`
 * (with `errors: [{ parameter, detail }]`), `cursor-stale`, `invalid-position`, `lagging` (with the lag in its detail), `forbidden`.
 */
export interface View {
  readonly name: string
  /** One sentence for the OpenAPI document. */
  readonly summary: string
  /** Which addresses it has: `list` is `/api/views/<name>`, `one` is `/api/views/<name>/{id}`. Default: list. */
  readonly at?: readonly ('list' | 'one')[]
  /** The parameters of its query, by name; each schema takes the text as written and may be optional and described. */
  readonly parameters: Shape
  /** The parameters of `/api/views/<name>/{id}`; by default those of the list. */
  readonly one?: Shape
  /** The kind of stream whose documents it holds by id: a command's Location points there. */
  readonly stream?: string
  /** What it answers, for the OpenAPI document. */
  readonly answer?: z.ZodType
  ask(request: ViewRequest): Promise<ViewAnswer>
}
