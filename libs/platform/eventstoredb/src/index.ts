import type { EventStore } from '@rapport/events'
import { EventStoreDb } from './store.ts'
import type { EventStoreDbOptions } from './store.ts'

export type { EventStoreDbOptions } from './store.ts'

/** Opens no connection yet: the first call does, and each finds the server again after an outage. */
export const openEventStoreDb = (options: EventStoreDbOptions): EventStore => new EventStoreDb(options)
