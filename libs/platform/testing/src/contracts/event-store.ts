import { register } from './register.ts'
import type { Case, Suite } from './suite.ts'
import { append } from './event-store/append.ts'
import { follow } from './event-store/follow.ts'
import { group } from './event-store/group.ts'
import { refused } from './event-store/limits.ts'
import { order } from './event-store/order.ts'
import { reading } from './event-store/read.ts'
import type { EventStoreHandle } from './event-store/world.ts'

/** Every sentence of contracts §4 that an EventStore can be held to. */
export const eventStoreCases: readonly Case<EventStoreHandle>[] = [
  ...append,
  ...refused,
  ...group,
  ...reading,
  ...order,
  ...follow,
]

/** Registers the suite of the EventStore port with Jest. */
export const eventStoreContract = (suite: Suite<EventStoreHandle>): void =>
  register('EventStore', eventStoreCases, suite)
