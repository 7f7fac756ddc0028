import { documentsContract } from './contracts/documents.ts'
import { eventStoreContract } from './contracts/event-store.ts'
import { keysContract } from './contracts/keys.ts'
import { messagesContract } from './contracts/messages.ts'
import { opsContract } from './contracts/ops.ts'
import {
  openMemoryDocuments,
  openMemoryEventStore,
  openMemoryKeys,
  openMemoryMessages,
  openMemoryOps,
} from './memory.ts'

eventStoreContract({ name: 'MemoryEventStore', create: openMemoryEventStore })
documentsContract({ name: 'MemoryDocuments', create: openMemoryDocuments })
opsContract({ name: 'MemoryOps', create: openMemoryOps })
keysContract({ name: 'MemoryKeys', create: openMemoryKeys })
messagesContract({ name: 'MemoryMessages', create: openMemoryMessages })
