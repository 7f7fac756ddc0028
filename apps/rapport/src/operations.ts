import { operations as ofHouse, type House } from '@rapport/house'
import type { Operation } from '@rapport/service'
import type { DataFolder } from '@rapport/sqlite'
import { z } from 'zod'
import { examine } from './doctor.ts'

const folderName = z.string().min(1).max(4096)

/** What the command line asks of a process on a data folder. */
export function operations(house: House, folder: DataFolder, clock: () => Temporal.Instant): readonly Operation[] {
  return [
    ...ofHouse(house, folder, clock, { relayed: false }),
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
