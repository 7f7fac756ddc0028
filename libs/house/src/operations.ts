import { Refusal } from '@rapport/events'
import type { Operation } from '@rapport/service'
import { z } from 'zod'
import { dlqOperations } from './dlq-operations.ts'
import type { House, Ports } from './house.ts'
import { importOperations } from './import-operations.ts'
import { relayOperations } from './relay-operations.ts'

/** What the command line asks of a running process beside commands and views: of each role its own. `relayed`: there is a broker. */
export function operations(
  house: House,
  ports: Ports,
  clock: () => Temporal.Instant,
  { relayed }: { readonly relayed: boolean },
): readonly Operation[] {
  return [
    ...(house.does('api') ? importOperations(house, ports, clock) : []),
    ...(house.does('api') || house.does('react') ? dlqOperations(house.reactor, clock) : []),
    ...(house.does('api') || house.does('relay') ? relayOperations(house, ports, relayed) : []),
    ...(house.does('project') ? [rebuild(house)] : []),
  ]
}

function rebuild(house: House): Operation {
  return {
    name: 'rebuild',
    summary: 'Builds a read model, or all of them, anew beside the running ones and switches.',
    roles: ['operator'],
    body: { model: z.string().max(100).optional() },
    async run({ body }) {
      const { model } = body as { model?: string }
      const known = ['log', ...house.registry.models.map((m) => m.name)]
      // The timeline is rendered from the log; it has no documents of its own.
      const wanted = model === 'timeline' ? 'log' : model
      if (wanted !== undefined && !known.includes(wanted))
        throw new Refusal('not-found', `There is no read model ${model}; there are ${known.join(', ')}, timeline.`)
      const rebuilt: { model: string; events: number }[] = []
      for (const name of wanted === undefined ? known : [wanted])
        rebuilt.push({ model: name, events: await house.projection.rebuild(name) })
      return { rebuilt }
    },
  }
}
