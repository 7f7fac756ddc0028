import { openEventStoreDb } from '@rapport/eventstoredb'
import type { NewEvent } from '@rapport/events'
import { id8, interactionStream, ready } from '../sample.ts'
import { rate, rounds } from '../work.ts'
import { BareAppends, givenTo, type Given } from './control/append.ts'
import { places } from './places.ts'
import { CALLERS, type ServersWork } from './work.ts'

/** A stream that the product passes over. */
export const bareStream = (): string => `bench-${id8()}`

export const append: ServersWork = {
  name: 'append-eventstoredb',
  unit: 'events/s',
  goal: 0.8,
  words: `\`EventStore.append\` on EventStoreDB of one ready event at a time, ${CALLERS} callers`,
  beside: '@eventstore/db-client alone: the same events and expected revisions',
  async run(setting) {
    const count = setting.size(5, 1)
    const many = Math.ceil(setting.events / count)
    const { events: url } = setting.deployment.config
    const store = openEventStoreDb({ url })
    const bare = new BareAppends(url)
    const [our, their] = [places(CALLERS, interactionStream), places(CALLERS, bareStream)]
    let events: readonly NewEvent[] = []
    let given: readonly Given[] = []
    const make = (many: number): void => {
      events = Array.from({ length: many }, ready)
      given = givenTo(Array.from({ length: many }, ready))
    }
    const call = async (caller: number): Promise<void> => {
      for (let n = caller; n < events.length; n += CALLERS) {
        const at = our(caller)
        at.revision = (await store.append(at.stream, [events[n]!], at.revision < 0 ? 'none' : at.revision)).revision
      }
    }
    const sides = {
      ours: () => rate(events.length, () => Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)))),
      control: () => rate(given.length, () => bare.run(given, CALLERS, their)),
    }
    try {
      // Both have connected, and compiled what they need, before anybody counts.
      make(Math.ceil(many / 4))
      for (const side of Object.values(sides)) await side()
      return await rounds(count, sides, (round) => {
        setting.progress(`round ${round + 1} of ${count}`)
        make(many)
      })
    } finally {
      await store.close()
      await bare.close()
    }
  },
}
