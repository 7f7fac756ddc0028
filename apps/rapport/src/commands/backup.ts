import { resolve } from 'node:path'
import { restore as restoreFolder } from '@rapport/sqlite'
import { interruptible, print, printJson } from '../output.ts'
import { notOnServers } from '../on-servers.ts'
import { openServer } from '../server.ts'
import { mustExist, reach, type Where } from '../reach.ts'

type Options = Omit<Where, 'tenant'> & { readonly json?: boolean; readonly keys: string }
type Counts = Readonly<Record<string, number>>

/** `rapport backup DIR --keys DIR2`: events first, keys second. */
export async function backup(dir: string, options: Options): Promise<void> {
  notOnServers(
    process.env,
    'back up each of them with its own tools (docs/how-to/run-on-servers.md says in which order).',
  )
  mustExist({ ...options, tenant: 'main' })
  await reach({ ...options, tenant: 'main' }, 'operator', interruptible(), async (client) => {
    const { events, keys } = await client.operation<{ events: Counts; keys: Counts }>('backup', {
      dir: resolve(dir),
      keys: resolve(options.keys),
    })
    if (options.json === true) return printJson({ dir: resolve(dir), keysDir: resolve(options.keys), events, keys })
    await print(
      `${events['events']} events are in ${dir}, ${keys['keys']} keys in ${options.keys}. Keep the two apart: the keys open the events.`,
    )
  })
}

/** `rapport restore DIR --keys DIR2`: into a data folder that does not exist yet or is empty; the read models are built before it ends. */
export async function restore(dir: string, options: Options): Promise<void> {
  notOnServers(process.env, 'restore each of them with its own tools, or move a data folder with rapport export.')
  const { restores } = await restoreFolder(resolve(dir), resolve(options.keys), resolve(options.data))
  const server = await openServer({ data: options.data, port: 0 })
  try {
    await server.settled()
  } finally {
    await server.close()
  }
  await (options.json === true
    ? printJson({ data: resolve(options.data), restores })
    : print(`${options.data} is restored; its read models are built. Tokens minted before do not open it.`))
}
