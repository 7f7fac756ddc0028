import { Refusal, uuidv7 } from '@rapport/events'
import { ImportSession, parseMapping, type Columns, type Result } from '@rapport/import'
import type { Operation } from '@rapport/service'
import { z } from 'zod'
import type { House, Ports } from './house.ts'

/** A cell is a text, or several where the source has a list. */
const cell = z.union([z.string(), z.array(z.string())])
const rows = z.array(z.array(z.tuple([z.string(), cell]))).max(1000)
const counts = z.strictObject({ rows: z.int(), recorded: z.int(), unchanged: z.int(), rejected: z.int() })

/** Minutes after which an import that nobody continues is forgotten here; in the store it stays open. */
const IDLE = 10
const MOST = 32

export type TakenRow = { readonly notes: readonly number[] } & Result

interface Open {
  readonly session: ImportSession
  readonly tenant: string
  readonly actor: string
  used: number
}

/** An import from elsewhere: the command line reads the file and sends its rows; each goes through its decision here. */
export function importOperations(
  house: House,
  ports: Pick<Ports, 'events' | 'keys'>,
  clock: () => Temporal.Instant,
): readonly Operation[] {
  const open = new Map<string, Open>()
  const find = (id: string, tenant: string, actor: string): ImportSession => {
    const found = open.get(id)
    if (found === undefined || found.tenant !== tenant || found.actor !== actor)
      throw new Refusal('not-found', 'This import is not open here any more; run it again, it continues.')
    found.used = performance.now()
    return found.session
  }
  const sweep = (): void => {
    const oldest = [...open].sort((a, b) => a[1].used - b[1].used)
    for (const [n, [id, { used }]] of oldest.entries())
      if (performance.now() - used > IDLE * 60_000 || oldest.length - n > MOST) open.delete(id)
  }
  return [
    {
      name: 'import-begin',
      summary: 'Begins, or continues, an import by a mapping; answers the id that its rows are sent under.',
      roles: ['pm', 'admin'],
      body: { context: z.string().max(100), mapping: z.string().max(500_000), dryRun: z.boolean() },
      async run({ tenant, actor, body }) {
        const { context, mapping: text, dryRun } = body as { context: string; mapping: string; dryRun: boolean }
        const mapping = parseMapping(text)
        if (mapping.context !== context)
          throw new Refusal('mapping-context', `The mapping is for ${mapping.context}, not for ${context}.`)
        if (await house.simulated(tenant))
          throw new Refusal(
            'tenant-simulated',
            `Everything in the tenant ${tenant} is simulated, nothing real is imported into it: --tenant names another.`,
          )
        sweep()
        const { registry, handle, keys: ring } = house
        const connector = { id: actor.id, kind: 'connector', onBehalfOf: actor.id, role: actor.role } as const
        const session = await ImportSession.open({
          mapping,
          tenant,
          house: { store: ports.events, keys: ports.keys, registry, handle, ring, clock },
          actor: connector,
          dryRun,
        })
        const id = uuidv7()
        open.set(id, { session, tenant, actor: actor.id, used: performance.now() })
        return { import: id }
      },
    },
    {
      name: 'import-rows',
      summary: 'Takes rows of an import in the order of the file; answers for each what became of it.',
      roles: ['pm', 'admin'],
      body: { import: z.uuid(), rows },
      async run({ tenant, actor, body }) {
        const { import: id, rows: given } = body as { import: string; rows: z.output<typeof rows> }
        const session = find(id, tenant, actor.id)
        const taken = given.map((cells) => session.take(new Map(cells) as Columns))
        return { rows: (await Promise.all(taken)).map(({ result, notes }): TakenRow => ({ ...result, notes })) }
      },
    },
    {
      name: 'import-end',
      summary: 'Says that the file is at its end: the import is completed with these counts.',
      roles: ['pm', 'admin'],
      body: { import: z.uuid(), counts },
      async run({ tenant, actor, body }) {
        const { import: id, counts: told } = body as { import: string; counts: z.output<typeof counts> }
        const ended = await find(id, tenant, actor.id).end(told)
        open.delete(id)
        return ended
      },
    },
  ]
}
