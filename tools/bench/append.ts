import { join } from 'node:path'
import { openFolder } from '@rapport/sqlite'
import type { NewEvent } from '@rapport/events'
import { Bare, EventsControl } from './control/events.ts'
import { interactionStream, ready } from './sample.ts'
import { rate, rounds, type Measured, type Setting, type Work } from './work.ts'

/** Events of a stream before its caller begins another. */
const LENGTH = 100

interface Place {
  stream: string
  number: number
  revision: number
}
/** Where each caller appends next; a new stream every hundred events. */
class Places {
  readonly #list: Place[]
  #streams = 0
  constructor(callers: number) {
    this.#list = Array.from({ length: callers }, () => this.#fresh())
  }
  #fresh(): Place {
    return { stream: interactionStream(), number: ++this.#streams, revision: -1 }
  }
  of(caller: number): Place {
    if (this.#list[caller]!.revision >= LENGTH - 1) this.#list[caller] = this.#fresh()
    return this.#list[caller]!
  }
}

/** `callers` at a time, each waiting for its answer before it appends the next batch. */
async function appends(
  callers: number,
  batch: number,
  many: number,
  count: number,
  setting: Setting,
): Promise<Measured> {
  const folder = await openFolder(setting.folder('ours'))
  const control = new EventsControl(join(setting.folder('control'), 'events.db'))
  const bare = new Bare(join(setting.folder('bare'), 'events.db'))
  const [our, their, plain] = [new Places(callers), new Places(callers), new Places(callers)]
  let batches: (readonly NewEvent[])[] = []
  try {
    const sides = {
      ours: () =>
        rate(many * batch, () =>
          Promise.all(
            Array.from({ length: callers }, async (_, caller) => {
              for (let i = caller; i < many; i += callers) {
                const place = our.of(caller)
                const { stream, revision } = place
                place.revision = (
                  await folder.events.append(stream, batches[i]!, revision < 0 ? 'none' : revision)
                ).revision
              }
            }),
          ),
        ),
      control: () =>
        rate(many * batch, () => {
          for (let i = 0; i < many;)
            control.group(() => {
              for (let caller = 0; caller < callers && i < many; caller++, i++) {
                const place = their.of(caller)
                control.append(place.stream, batches[i]!, place.revision)
                place.revision += batch
              }
            })
        }),
      bare: () =>
        rate(many * batch, () => {
          for (let i = 0; i < many; i += callers) {
            const group = batches.slice(i, i + callers).flat()
            bare.insert(group, (n) => {
              const place = plain.of(Math.floor(n / batch))
              return [place.number, ++place.revision]
            })
          }
        }),
    }
    return await rounds(count, sides, (round) => {
      setting.progress(`round ${round + 1} of ${count}`)
      batches = Array.from({ length: many }, () => Array.from({ length: batch }, ready))
    })
  } finally {
    await folder.close()
    control.db.close()
    bare.db.close()
  }
}

const work = (callers: number, goal: number, usual: number): Work => ({
  name: `append-${callers}`,
  unit: 'events/s',
  goal,
  words: `\`EventStore.append\` of one ready event at a time, ${callers === 1 ? 'one caller' : `${callers} callers`}`,
  why: 'architecture.md',
  run: (setting) => appends(callers, 1, setting.size(usual, callers * 4), setting.size(15, 2), setting),
})

export const append: readonly Work[] = [
  work(1, 0.9, 400),
  work(32, 0.8, 6_400),
  work(256, 0.8, 12_800),
  {
    name: 'append-batch-100',
    unit: 'events/s',
    goal: 0.8,
    words: '`EventStore.append` of a hundred ready events at once, one caller',
    why: 'the goal of grouped appends: both are one transaction of many rows',
    run: (setting) => appends(1, LENGTH, setting.size(80, 2), setting.size(15, 2), setting),
  },
]
