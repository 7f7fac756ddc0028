import { shortKind, type AnyDecision, type AnyStream, type Registry } from '@rapport/events'

/** `{id}` stands for the stream's id. */
export interface CommandRoute {
  readonly decision: AnyDecision
  readonly path: string
  readonly hasId: boolean
}

const contextOf = (stream: AnyStream): string => stream.name.slice(0, stream.name.indexOf('.'))
/** The address of all streams of a kind. */
export const collectionPath = (stream: AnyStream): string =>
  `/api/${contextOf(stream)}/${stream.singleton ? shortKind(stream.name) : stream.plural}`

/** Where a decision is asked for: a create at the streams' own address (one apart below it), any other below the stream it acts on. */
export function commandRoute(decision: AnyDecision): CommandRoute {
  const base = collectionPath(decision.stream)
  if (decision.stream.singleton) return { decision, path: `${base}/${decision.name}`, hasId: false }
  if (decision.creates === true)
    return { decision, path: decision.apart === true ? `${base}/${decision.name}` : base, hasId: false }
  return { decision, path: `${base}/{id}/${decision.name}`, hasId: true }
}

/** Every command's route, in order; two decisions at one address are a mistake in a context's list. */
export function commandRoutes(registry: Pick<Registry, 'streams'>): readonly CommandRoute[] {
  const routes = registry.streams.flatMap(({ decisions }) => decisions.map(commandRoute))
  const taken = new Map<string, AnyDecision>()
  for (const { path, decision } of routes) {
    const other = taken.get(path)
    if (other !== undefined)
      throw new TypeError(
        `${decision.name} and ${other.name} of ${decision.stream.name} are both asked for at POST ${path}: a stream has one create.`,
      )
    taken.set(path, decision)
  }
  return routes
}
