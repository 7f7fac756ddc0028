import { join } from 'node:path'
import { openFolder } from '@rapport/sqlite'
import { EventsControl } from './control/events.ts'
import { interactionStream, ready } from './sample.ts'
import { copied, filled } from './stores.ts'
import { heap, megabytes, rate, rounds, type Work } from './work.ts'

const EVENTS = 100

/** Reading one stream of a hundred events, wherever it lies. */
const read: Work = {
  name: 'read-100',
  unit: 'streams/s',
  goal: 0.9,
  words: '`EventStore.read` of a stream of 100 events',
  why: 'the goal of a replay: both are rows made into objects',
  async run(setting) {
    const streams = Array.from({ length: setting.size(500, 10) }, interactionStream)
    const many = setting.size(1500, 10)
    const folder = await openFolder(setting.folder('ours'))
    const control = new EventsControl(join(setting.folder('control'), 'events.db'))
    for (const stream of streams) {
      const events = Array.from({ length: EVENTS }, ready)
      await folder.events.append(stream, events, 'none')
      control.group(() => control.append(stream, events, -1))
    }
    const bare = control.db.prepare(
      'SELECT e.* FROM events e WHERE e.stream = (SELECT id FROM streams WHERE name = ?) ORDER BY e.revision',
    )
    bare.setReturnArrays(true)
    const wanted = Array.from({ length: many }, (_, n) => streams[(n * 7919) % streams.length]!)
    const whole = (events: readonly unknown[]): void => {
      if (events.length !== EVENTS) throw new Error(`${events.length} events`)
    }
    try {
      return await rounds(setting.size(11, 2), {
        ours: () =>
          rate(many, async () => {
            for (const stream of wanted) whole(await folder.events.read(stream))
          }),
        control: () => rate(many, () => wanted.forEach((stream) => whole(control.read(stream)))),
        bare: () => rate(many, () => wanted.forEach((stream) => whole(bare.all(stream)))),
      })
    } finally {
      await folder.close()
      control.db.close()
    }
  },
}

/** The whole store in order. */
const replay: Work = {
  name: 'replay-1m',
  unit: 'events/s',
  goal: 0.9,
  words: '`EventStore.follow` from the beginning over a million events',
  why: 'architecture.md',
  async run(setting) {
    const events = setting.size(1_000_000, 2_000)
    const dir = await filled(setting, events)
    const control = await copied(setting, dir, setting.folder('control'))
    const folder = await openFolder(dir)
    const page = control.db.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT 500')
    page.setReturnArrays(true)
    const all = (seen: number): void => {
      if (seen !== events) throw new Error(`${seen} events`)
    }
    const held: number[] = []
    try {
      const found = await rounds(setting.size(5, 2), {
        ours: () =>
          rate(events, async () => {
            const stop = new AbortController()
            let seen = 0
            for await (const { events, caughtUp } of folder.events.follow({
              from: '',
              prefixes: [],
              signal: stop.signal,
            })) {
              seen += events.length
              if (caughtUp) break
            }
            all(seen)
          }),
        control: () =>
          rate(events, () => {
            let seen = 0
            for (const events of control.replay()) seen += events.length
            all(seen)
          }),
        bare: () =>
          rate(events, () => {
            let seen = 0
            for (let rows; (rows = page.all(seen)).length > 0;) seen += rows.length
            all(seen)
          }),
      })
      // Once more, looking at the heap on the way.
      let seen = 0
      for await (const { events: some, caughtUp } of folder.events.follow({
        from: '',
        prefixes: [],
        signal: new AbortController().signal,
      })) {
        seen += some.length
        if (seen >= (events / 4) * (held.length + 1)) held.push(heap())
        if (caughtUp) break
      }
      return { ...found, notes: [`heap at each quarter: ${held.map(megabytes).join(', ')}`] }
    } finally {
      await folder.close()
      control.db.close()
    }
  },
}

export const reads: readonly Work[] = [read, replay]
