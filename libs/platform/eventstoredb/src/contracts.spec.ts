import { afterAll, beforeAll } from '@jest/globals'
import { eventStoreContract, eventStoreProperty, startDouble } from '@rapport/testing'
import type { Double } from '@rapport/testing'
import { opening, serverTime } from './opening.fixture.ts'

let double: Double
beforeAll(async () => {
  double = await startDouble()
})
afterAll(() => double.dispose())

const create = opening(() => double.address, { jump: (above) => double.jump(above) })

eventStoreContract({ name: 'EventStoreDB double', create, skip: [serverTime(create)] })
eventStoreProperty({ name: 'EventStoreDB double', create })
