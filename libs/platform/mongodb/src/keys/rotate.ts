import { Corrupt, unwrap, wrap } from '@rapport/events'
import type { Collection, Database } from '../connection.ts'
import { reach } from '../crash.ts'
import { behind, idOf, namesOf } from '../names.ts'
import { again } from '../settle.ts'
import type { KeyRow } from './rows.ts'
import type { Tenant, Tenants } from './tenants.ts'

const PAGE = 500

/**
 * Wraps every key of the tenant anew with the current wrapping key, then forgets the others. Each row is changed by compare-and-set on
 * its bytes, so a key destroyed meanwhile stays destroyed, and two rotations at once end with one wrapping key.
 */
export async function rewrapAll(
  database: Database,
  tenants: Tenants,
  rows: Collection<KeyRow>,
  tenant: string,
): Promise<void> {
  const all = idOf(tenant, '')
  let ended = false
  while (!ended) {
    // The patience counts from the last page that was wrapped.
    ended = await again(database.patience, async () => {
      const home = (await tenants.find(tenant))!
      const old = await rows
        .find({
          _id: { $gt: all, $lt: behind(all) },
          wrapped: { $exists: true },
          generation: { $ne: home.current },
        })
        .limit(PAGE)
        .toArray()
      reach('insideRotation')
      if (old.length === 0) return (await tenants.end(home)) ? true : undefined
      await rows.bulkWrite(
        old.map((row) => change(tenants, home, row)),
        { ordered: false },
      )
      return false
    })
  }
}

/** A fresh key whose wrapping key is gone was given to nobody: it goes. */
function change(tenants: Tenants, home: Tenant, { _id, wrapped, generation, fresh }: KeyRow) {
  const place = [home._id, namesOf(_id).name]
  const wrapKey = tenants.wrapKey(home, generation!)
  const filter = { _id, wrapped: wrapped! }
  if (wrapKey === undefined && fresh === true) return { deleteOne: { filter } }
  if (wrapKey === undefined) throw new Corrupt('The wrapping key of a key is gone.', { _id })
  const again = wrap(tenants.currentKey(home), unwrap(wrapKey, wrapped!, place), place)
  return { updateOne: { filter, update: { $set: { generation: home.current, wrapped: again } } } }
}
