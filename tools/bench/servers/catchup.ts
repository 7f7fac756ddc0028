import { Projection, type Documents, type EventStore, type Ops, type ProjectionDeps } from '@rapport/events'
import { openEventStoreDb } from '@rapport/eventstoredb'
import { foldings, registry } from '@rapport/house'
import { openMongo, readMasterKey } from '@rapport/mongodb'
import { openFolder } from '@rapport/sqlite'
import { rate } from '../work.ts'
import { load } from './http.ts'
import type { ServersSetting, ServersWork } from './work.ts'

/** Milliseconds that a projection may need for all of it. */
const PATIENCE = 3_600_000

/** Every event of the product from the first to the last, by a projection that has nothing yet: events a second. */
async function catchUp(
  ports: { readonly events: EventStore; readonly documents: Documents; readonly ops: Ops },
  events: number,
  mode: NonNullable<ProjectionDeps['mode']>,
): Promise<number> {
  const { events: store, documents, ops } = ports
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})
  const onStopped = (error: unknown): void => stopped.reject(error as Error)
  const projection = new Projection({ store, documents, ops, registry, foldings, mode, onStopped })
  try {
    return await rate(events, async () => {
      const head = await store.head([])
      await projection.start()
      const reached = await Promise.race([projection.waitFor(head, PATIENCE), stopped.promise])
      if (!reached) throw new Error('The projection did not come to the end.')
    })
  } finally {
    await projection.stop()
  }
}

/** A data folder with the events that the product has taken on the servers; resolves to how many they are. */
const copied = (setting: ServersSetting, dir: string): Promise<number> =>
  setting.once('copied', async () => {
    await load(setting)
    setting.progress('copying the store to the laptop')
    const from = openEventStoreDb({ url: setting.deployment.config.events })
    const to = await openFolder(dir)
    const done = new AbortController()
    let events = 0
    try {
      for await (const page of from.follow({ from: '', prefixes: [], signal: done.signal })) {
        const streams = Map.groupBy(page.events, ({ stream }) => stream)
        await Promise.all(
          [...streams].map(async ([stream, [...own]]) => {
            const { revision } = own[0]!
            const given = own.map(({ id, type, metadata, data, recordedAt }) => ({
              id,
              type,
              metadata,
              data,
              recordedAt,
            }))
            await to.events.append(stream, given, revision === 0 ? 'none' : revision - 1)
          }),
        )
        events += page.events.length
        if (page.caughtUp) break
      }
    } finally {
      done.abort()
      await to.close()
      await from.close()
    }
    return events
  })

/** The folder of {@link copied}, the same for every work of a run. */
const laptop = (setting: ServersSetting): Promise<string> => setting.shared('laptop', async (dir) => dir)

const onServers: ServersWork = {
  name: 'catchup-servers',
  unit: 'events/s',
  words:
    'projection of those commands’ events from nothing, the log and every read model, from EventStoreDB into MongoDB',
  beside: '–',
  async run(setting) {
    const events = await copied(setting, await laptop(setting))
    const { config, masterKeyFile } = setting.deployment
    const store = openEventStoreDb({ url: config.events })
    const masterKey = await readMasterKey(masterKeyFile)
    const mongo = await openMongo({ url: config.mongodb, prefix: setting.deployment.another(), masterKey })
    try {
      setting.progress(`${events.toLocaleString('en')} events`)
      const ours = [await catchUp({ events: store, documents: mongo.documents, ops: mongo.ops }, events, 'shared')]
      return { ours, notes: [`${events.toLocaleString('en')} events, ${foldings.length} collections`] }
    } finally {
      await mongo.close()
      await store.close()
    }
  },
}

const onLaptop: ServersWork = {
  name: 'catchup-laptop',
  unit: 'events/s',
  words: 'the same events from SQLite into SQLite',
  beside: '–',
  async run(setting) {
    const dir = await laptop(setting)
    const events = await copied(setting, dir)
    const ours: number[] = []
    const count = setting.size(3, 1)
    for (let round = 0; round < count; round++) {
      setting.progress(`round ${round + 1} of ${count}`)
      const [source, target] = [await openFolder(dir), await openFolder(setting.folder(`round-${round}`))]
      try {
        const { documents, ops } = target
        ours.push(await catchUp({ events: source.events, documents, ops }, events, 'alone'))
      } finally {
        await source.close()
        await target.close()
      }
    }
    return { ours }
  },
}

export const catchUps: readonly ServersWork[] = [onServers, onLaptop]
