import { openMemoryEventStore } from '../memory.ts'
import { eventStoreProperty } from './event-store.ts'

eventStoreProperty({ name: 'MemoryEventStore', create: openMemoryEventStore, runs: 200 })
