import { HOUSE, parseStored, RapportError, START, type EventStore, type StoredEvent } from '@rapport/events'
import type { Ports } from './house.ts'

/** Where Ops keeps which event is the first of the store. */
export const FIRST = 'first-event'

/**
 * Makes sure that the event store is the one that this deployment wrote. `store-differs`: it was emptied or replaced, or another deployment
 * wrote it; `secrets-missing`: it holds events of a tenant whose secrets are not here, so that whatever were written now could never be
 * opened beside them. Rejects with an outage where a server does not answer.
 */
export async function knowStore({ events, ops, keys }: Pick<Ports, 'events' | 'ops' | 'keys'>): Promise<void> {
  const kept = await ops.get(HOUSE, FIRST)
  if (kept !== undefined) {
    const { stream, id } = kept.value as { readonly stream: string; readonly id: string }
    const [found] = await events.read(stream, { limit: 1 })
    if (found?.id === id) return
    throw new RapportError(
      'store-differs',
      'The event store is not the one that this deployment wrote: it was emptied or replaced, or DEPLOYMENT names another one. Restore it, or name the deployment that it belongs to.',
    )
  }
  if ((await events.head([])) === START) return
  const first = await firstOf(events)
  if (first === undefined) return
  const { tenant } = parseStored(first).meta
  if ((await keys.secrets(tenant, false)) === undefined)
    throw new RapportError(
      'secrets-missing',
      `The event store has events of ${tenant}, but this deployment has no secrets of it: DEPLOYMENT names another one, or the keys were not restored.`,
    )
  // Whoever is first keeps it; it is the same for all.
  await ops.set(HOUSE, FIRST, { stream: first.stream, id: first.id }, 'none')
}

async function firstOf(events: EventStore): Promise<StoredEvent | undefined> {
  const done = new AbortController()
  try {
    for await (const page of events.follow({ from: START, prefixes: [], signal: done.signal }))
      if (page.events.length > 0 || page.caughtUp) return page.events[0]
    return undefined
  } finally {
    done.abort()
  }
}
