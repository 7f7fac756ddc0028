import type { Documents, Keys, Ops } from '@rapport/events'
import { openDocuments } from './documents/documents.ts'
import { openKeys } from './keys/open.ts'
import type { KeysOptions } from './keys/open.ts'
import { openOps } from './ops.ts'

/** The three ports of a deployment on MongoDB, each on a connection and in a database of its own. */
export interface MongoHouse {
  readonly documents: Documents
  readonly ops: Ops
  readonly keys: Keys
  close(): Promise<void>
}

/** Opens all three, or none: what was opened is closed again when one fails, with its error. */
export async function openMongo(options: KeysOptions): Promise<MongoHouse> {
  const opened = await Promise.allSettled([openDocuments(options), openOps(options), openKeys(options)])
  const close = async (): Promise<void> => {
    for (const each of opened) if (each.status === 'fulfilled') await each.value.close()
  }
  const [documents, ops, keys] = opened
  if (documents.status === 'fulfilled' && ops.status === 'fulfilled' && keys.status === 'fulfilled')
    return { documents: documents.value, ops: ops.value, keys: keys.value, close }
  await close()
  throw opened.find((each) => each.status === 'rejected')!.reason
}
