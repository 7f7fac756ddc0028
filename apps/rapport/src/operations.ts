import { Refusal } from '@rapport/events'
import type { Operation } from '@rapport/service'
import type { DataFolder } from '@rapport/sqlite'
import { z } from 'zod'
import { dlqOperations } from './dlq-operations.ts'
import { examine } from './doctor.ts'
import type { House } from './house.ts'
import { importOperations } from './import-operations.ts'

const folderName = z.string().min(1).max(4096)

/** What the command line asks of a running process beside commands and views. */
export function operations(house: House, folder: DataFolder, clock: () => Temporal.Instant): readonly Operation[] {
  return [
    ...importOperations(house, folder, clock),
    ...dlqOperations(house.reactor, clock),
    {
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
    },
    {
      name: 'backup',
      summary: 'Copies the events and, into another folder, the keys, while everything goes on.',
      roles: ['operator'],
      body: { dir: folderName, keys: folderName },
      async run({ body }) {
        const { dir, keys } = body as { dir: string; keys: string }
        const { events, keys: kept } = await folder.backup(dir, keys)
        return { events: events.counts, keys: kept.counts }
      },
    },
    {
      name: 'doctor',
      summary: 'Examines everything that is stored, and names what is not as it should be.',
      roles: ['operator'],
      body: {},
      run: async () => ({ ...(await examine(folder, house)) }),
    },
  ]
}
