import { eventStoreContract } from './contracts/event-store.ts'
import { openMemoryEventStore } from './memory.ts'

eventStoreContract({ name: 'MemoryEventStore', create: openMemoryEventStore })
