import type { Json } from '@rapport/events'

/** What these specs read of the OpenAPI document. */
export interface Docs {
  readonly paths: Readonly<Record<string, { readonly post?: Post; readonly get?: Get }>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}
export interface Post {
  readonly 'x-roles': readonly string[]
  readonly requestBody: {
    readonly content: Readonly<Record<string, { readonly schema: { $ref?: string }; readonly example?: Json }>>
  }
}
interface Get {
  readonly parameters: readonly { readonly name?: string; readonly in?: string }[]
}

/** The document as a server tells it to anybody. */
export const docsOf = async (url: string): Promise<Docs> => (await (await fetch(`${url}/docs-json`)).json()) as Docs

export function schemaOf(
  docs: Docs,
  { requestBody }: Post,
): { readonly schema: object; readonly example: Json | undefined } {
  const { schema, example } = requestBody.content['application/json']!
  const name = schema.$ref?.split('/').at(-1)
  return { schema: name === undefined ? schema : docs.components.schemas[name]!, example }
}

/** Every view by its path, with the names of the parameters of its query. */
export const viewsOf = (docs: Docs): readonly (readonly [path: string, parameters: readonly string[]])[] =>
  Object.entries(docs.paths).flatMap(([path, { get }]) =>
    get === undefined ? [] : [[path, get.parameters.flatMap((p) => (p.in === 'query' ? [p.name!] : []))] as const],
  )
