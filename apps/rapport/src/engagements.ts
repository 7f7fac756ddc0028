import { uuidLike } from '@rapport/events'
import type { Client } from './client.ts'
import { Ended } from './exit-codes.ts'

/** An engagement as its list shows it. */
export interface Engagement {
  readonly id: string
  readonly name: string
  readonly zone: string
}

/** One engagement, or all that are open. */
export async function engagementsOf(client: Client, given: string | undefined): Promise<readonly Engagement[]> {
  const id = given === undefined ? undefined : await engagementId(client, given)
  const found: Engagement[] = []
  for await (const item of client.items<Engagement & { readonly status: string }>('engagements'))
    if (id === undefined ? item.status === 'open' : item.id === id) found.push(item)
  return found
}

/** An id, an exact name, or what the system that it was imported from calls it. */
export async function engagementId(client: Client, given: string): Promise<string> {
  if (uuidLike(given)) return given.toLowerCase()
  for (const filter of ['name', 'reference']) {
    const { items } = await client.view<{ items: readonly { id: string; name: string }[] }>('engagements', {
      [filter]: given,
    })
    if (items.length === 1) return items[0]!.id
    if (items.length > 1)
      throw new Ended(
        'usage',
        `More than one engagement has the ${filter} ${given}: ${items.map((i) => i.id).join(', ')}.`,
        'engagement-ambiguous',
      )
  }
  throw new Ended(
    'not-found',
    `There is no engagement with the id, name or reference ${given}; rapport list engagements shows them.`,
  )
}
