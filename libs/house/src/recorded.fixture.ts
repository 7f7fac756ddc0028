import { uuidv7, type Appended, type EventStore } from '@rapport/events'

/** Puts one event of `main` that says nothing into a new stream, `stream` being its kind and `id` its id. */
export function recorded(store: EventStore, stream: string, type: string, id: string = uuidv7()): Promise<Appended> {
  const metadata = JSON.stringify({
    actor: { id: uuidv7(), kind: 'person' },
    commandId: uuidv7(),
    correlation: uuidv7(),
    fingerprint: 'x',
    occurredAt: '2026-03-02T09:00:00.000Z',
    tenant: 'main',
    v: 1,
    visibility: 'internal',
  })
  return store.append(`${stream}-main~${id}`, [{ id: uuidv7(), type, metadata, data: '{}' }], 'none')
}
