import { rmSync } from 'node:fs'
import { join } from 'node:path'
import communication from '@rapport/communication'
import engagements from '@rapport/engagements'
import { foldingsOf, logFolding, Projection, Registry, type EventStore, type Folding } from '@rapport/events'
import { openFolder, type DataFolder } from '@rapport/sqlite'
import { ProjectionControl } from './control/projection.ts'
import { filled } from './stores.ts'
import { heap, megabytes, rate, type Measured, type Setting, type Work } from './work.ts'

const registry = new Registry([engagements, communication])
const models = communication.readModels.filter(({ name }) => name === 'interactions' || name === 'contacts')
/** The log, of which the timeline is rendered, and the two lists of contacts: every contact is a document in each. */
const foldings: readonly Folding[] = [logFolding, ...models.flatMap((model) => foldingsOf(model, registry))]

/** A store whose followers are let through so many events at a time. */
class Gate {
  #left = 0
  #open = Promise.withResolvers<void>()
  #passed = Promise.withResolvers<void>()

  /** Lets `events` through; resolves when the follower comes back for more. */
  async let(events: number): Promise<void> {
    this.#left = events
    this.#passed = Promise.withResolvers()
    this.#open.resolve()
    await this.#passed.promise
  }

  over(store: EventStore): EventStore {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a generator has a `this` of its own
    const gate = this
    return {
      append: (...given) => store.append(...given),
      read: (...given) => store.read(...given),
      head: (...given) => store.head(...given),
      close: () => store.close(),
      async *follow(options) {
        for await (const page of store.follow(options)) {
          if (gate.#left <= 0) await Promise.race([gate.#open.promise, aborted(options.signal)])
          if (options.signal.aborted) return
          gate.#left -= page.events.length
          yield page
          // The follower is back: what it was given is folded.
          if (gate.#left > 0) continue
          gate.#open = Promise.withResolvers()
          gate.#passed.resolve()
        }
      },
    }
  }
}
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

async function projecting<T>(folder: DataFolder, use: (gate: Gate) => Promise<T>): Promise<T> {
  const gate = new Gate()
  let stopped: unknown
  const { documents, ops } = folder
  const store = gate.over(folder.events)
  const projection = new Projection({
    store,
    documents,
    ops,
    registry,
    foldings,
    onStopped: (error) => (stopped = error),
  })
  await projection.start()
  const found = await use(gate).finally(() => projection.stop())
  if (stopped !== undefined) throw stopped
  return found
}

/** From the first event to the last, in `parts` of one run each: ours and the control take turns. Both make their indexes in the last. */
export async function catchUp(
  setting: Setting,
  dir: string,
  events: number,
  parts: number,
): Promise<Measured & { readonly held: readonly number[] }> {
  for (const end of ['', '-wal', '-shm']) rmSync(join(dir, `documents.db${end}`), { force: true })
  const folder = await openFolder(dir)
  const control = new ProjectionControl(join(setting.folder('control'), `${Math.random()}.db`), join(dir, 'events.db'))
  const [ours, theirs, held]: [number[], number[], number[]] = [[], [], []]
  const part = events / parts
  try {
    await projecting(folder, async (gate) => {
      for (let n = 1; n <= parts; n++) {
        setting.progress(`part ${n} of ${parts}`)
        const our = async () => ours.push(await rate(part, () => gate.let(part)))
        const their = async () =>
          theirs.push(
            await rate(part, () => {
              control.catchUp(part * n)
              if (n === parts) control.index()
            }),
          )
        for (const side of n % 2 === 1 ? [our, their] : [their, our]) await side()
        held.push(heap())
      }
    })
  } finally {
    control.close()
    await folder.close()
  }
  return { ours, control: theirs, held }
}

const whole = (rates: readonly number[]): number => rates.length / rates.reduce((sum, each) => sum + 1 / each, 0)

const small: Work = {
  name: 'catchup-10k',
  unit: 'events/s',
  goal: 0.6,
  words: 'projection of 10,000 events from nothing: the log and two read models, three documents an event',
  why: 'architecture.md',
  async run(setting) {
    const events = setting.size(10_000, 1_000)
    const dir = await filled(setting, events)
    const found: { ours: number[]; control: number[] } = { ours: [], control: [] }
    for (let round = 0; round < setting.size(7, 1); round++) {
      const { ours, control } = await catchUp(setting, dir, events, 2)
      found.ours.push(whole(ours))
      found.control.push(whole(control))
    }
    return found
  },
}

const large: Work = {
  name: 'catchup-1m',
  unit: 'events/s',
  goal: 0.6,
  words: 'the same of a million events; a round is the next 50,000 of them',
  why: 'architecture.md',
  async run(setting) {
    const events = setting.size(1_000_000, 2_000)
    const parts = setting.size(20, 2)
    const { ours, control, held } = await catchUp(setting, await filled(setting, events), events, parts)
    const thirds = (rates: readonly number[]): string =>
      [rates.slice(0, parts / 2), rates.slice(parts / 2)]
        .map((some) => Math.round(whole(some)).toLocaleString('en'))
        .join(', then ')
    return {
      ours,
      control,
      notes: [
        `the first and the second half of ours ${thirds(ours)} events/s, of the control ${thirds(control)}`,
        `heap after the first, the middle and the last part: ${[held[0]!, held[held.length >> 1]!, held.at(-1)!].map(megabytes).join(', ')}`,
      ],
    }
  },
}

export const catchUps: readonly Work[] = [small, large]
