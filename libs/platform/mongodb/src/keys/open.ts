import { RapportError } from '@rapport/events'
import type { Keys } from '@rapport/events'
import { connect } from '../connection.ts'
import type { MongoOptions } from '../connection.ts'
import { MongoKeys } from './keys.ts'
import { knowMasterKey } from './tenants.ts'

export interface KeysOptions extends MongoOptions {
  /** 32 bytes from a mounted secret (`readMasterKey`): without it the database is of no use to anybody. Never stored. */
  readonly masterKey: Uint8Array
}

/**
 * Keys in a database of their own. A subject's key is wrapped by its tenant's wrapping key, that one by the master key, which MongoDB
 * never sees.
 *
 * What `destroy` cannot promise: MongoDB writes a changed row beside the old one, so the wrapped bytes of a destroyed key stay readable
 * in free blocks and the journal of each member for a while, in the oplog until it has turned over, and in every backup. They open only
 * to who has the master key and the wrapping key of that generation as well. So, for an erasure that must hold against the operator
 * too: `rotate` the tenant after the destruction (it forgets the old wrapping key), keep the oplog and the backups of this database
 * short, and count the erasure as complete when both have passed.
 *
 * Opens with the code `invalid-master-key` or `wrong-master-key` where the master key is not the one of this database.
 */
export async function openKeys(options: KeysOptions): Promise<Keys> {
  const { masterKey } = options
  if (Object.prototype.toString.call(masterKey) !== '[object Uint8Array]' || masterKey.length !== 32)
    throw new RapportError('invalid-master-key', 'A master key has 32 bytes.')
  const own = Uint8Array.from(masterKey)
  const database = await connect(options, 'keys')
  try {
    await knowMasterKey(database, own)
    return new MongoKeys(database, own)
  } catch (error) {
    await database.close()
    throw error
  }
}
