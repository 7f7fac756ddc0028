import { Handle, idHmac, KeyRing } from '@rapport/events'
import type {
  Acting,
  AnyDecision,
  Command,
  EventStore,
  Imported,
  ImportLog,
  Json,
  Keys,
  Registry,
  Role,
} from '@rapport/events'
import { invalid } from './mapping.ts'
import type { Mapping, Wrong } from './mapping.ts'
import { OverlayKeys, OverlayStore } from './overlay.ts'

/** The ports and lists that an import works on. */
export interface House {
  readonly store: EventStore
  readonly keys: Keys
  readonly registry: Registry
  readonly clock: () => Temporal.Instant
  /** The way in and the keys that the process has already, where it has: a key destroyed there is destroyed here at once. */
  readonly handle?: Handle
  readonly ring?: KeyRing
}

/** A house with its one way in. */
export interface OpenHouse extends House {
  readonly handle: Handle
  readonly ring: KeyRing
}

export const opened = (house: House): OpenHouse => {
  const ring = house.ring ?? new KeyRing(house.keys)
  return { ...house, ring, handle: house.handle ?? new Handle({ ...house, keys: ring }) }
}

/** The same house, where whatever is recorded stays in memory and is forgotten with it. */
export const rehearsal = (house: House): OpenHouse =>
  opened({
    store: new OverlayStore(house.store),
    keys: new OverlayKeys(house.keys),
    registry: house.registry,
    clock: house.clock,
  })

/** What a mapping means in a house: the decisions that its facts go through, and how the run itself is recorded. */
export interface Means {
  readonly imported: ReadonlyMap<string, Imported>
  readonly log: ImportLog
}

/** Looks up what the mapping names; `mapping-invalid` where the house has no such fact, or its command no such field. */
export function meansOf(mapping: Mapping, registry: Registry): Means {
  const log = registry.contexts.find((c) => c.importLog !== undefined)?.importLog
  const context = registry.contexts.find((c) => c.name === mapping.context)
  if (context === undefined || log === undefined)
    throw invalid([
      {
        path: 'context',
        expected: `expected one of ${registry.contexts
          .filter((c) => c.imports.length > 0)
          .map((c) => c.name)
          .join(', ')}`,
      },
    ])
  // A fact of another context is named with it.
  const imported = new Map([
    ...context.imports.map((i) => [i.name, i] as const),
    ...registry.contexts.flatMap((c) => c.imports.map((i) => [`${c.name}/${i.name}`, i] as const)),
  ])
  const wrong: Wrong[] = []
  for (const [n, fact] of mapping.facts.entries()) {
    const path = `facts[${n}]`
    const found = imported.get(fact.as)
    if (found === undefined) {
      wrong.push({ path: `${path}.as`, expected: `expected one of ${[...imported.keys()].join(', ')}` })
      continue
    }
    const fields = Object.keys(found.decision.command as object).filter((name) => name !== 'engagement')
    const given = fact.fields.map(([name]) => name)
    for (const name of given)
      if (!fields.includes(name))
        wrong.push({ path: `${path}.fields.${name}`, expected: `nothing: the fields are ${fields.join(', ')}` })
    for (const name of fields)
      if (!given.includes(name) && !isOptional(found.decision, name))
        wrong.push({ path: `${path}.fields`, expected: `expected the field ${name}` })
    if (fact.onChange === 'correct' && found.correction === undefined)
      wrong.push({ path: `${path}.onChange`, expected: `expected reject: ${fact.as} has no correction` })
    if ('engagement' in found.decision.command && mapping.file.engagement === undefined)
      wrong.push({ path: 'engagement', expected: `expected a block, for ${fact.as} belongs to an engagement` })
  }
  if (wrong.length > 0) throw invalid(wrong)
  return { imported, log }
}

const isOptional = (decision: AnyDecision, field: string): boolean =>
  (decision.command as Record<string, { safeParse(value: unknown): { success: boolean } }>)[field]!.safeParse(undefined)
    .success

/** Builds the commands of one import. */
export class Commands {
  readonly #idKey: Uint8Array
  readonly tenant: string
  readonly source: string
  readonly #actor: Acting

  constructor(idKey: Uint8Array, tenant: string, source: string, actor: Acting) {
    this.#idKey = idKey
    this.tenant = tenant
    this.source = source
    this.#actor = actor
  }

  /** A command of this import. Its key may hold personal data (a mail address, a name): it goes in as an HMAC. */
  command(
    decision: AnyDecision,
    key: readonly string[],
    body: Json,
    more: Partial<Command> = {},
    role = this.#roleFor(decision),
  ): Command {
    return {
      tenant: this.tenant,
      stream: decision.stream.name,
      decision: decision.name,
      body,
      key: idHmac(this.#idKey, 'import-key', ...key),
      source: `import:${this.source}`,
      actor: { ...this.#actor, role },
      ...more,
    }
  }

  /** Who may import is asked before; what an import has to do beside its facts it does in a role that may. */
  #roleFor({ roles }: AnyDecision): Role {
    const { role } = this.#actor
    return roles.includes(role) ? role : roles.includes('system') ? 'system' : roles[0]!
  }
}
