import { Conflict } from '@rapport/events'
import type { Appended, Expected, NewEvent } from '@rapport/events'
import type { Member } from '../writer.ts'
import type { Group } from './group.ts'

/** One append that waits for its group. */
export class Append implements Member {
  readonly #group: Group
  readonly #stream: string
  readonly #events: readonly NewEvent[]
  readonly #expected: Expected
  readonly #resolve: (appended: Appended) => void
  readonly fail: (error: unknown) => void
  #outcome: Appended | Conflict | undefined

  constructor(
    group: Group,
    stream: string,
    events: readonly NewEvent[],
    expected: Expected,
    resolve: (appended: Appended) => void,
    reject: (error: unknown) => void,
  ) {
    this.#group = group
    this.#stream = stream
    this.#events = events
    this.#expected = expected
    this.#resolve = resolve
    this.fail = reject
  }

  get size(): number {
    return this.#events.length
  }

  judge(): void {
    this.#outcome = this.#group.judge(this.#stream, this.#events, this.#expected)
  }

  settle(): void {
    if (this.#outcome instanceof Conflict) this.fail(this.#outcome)
    else this.#resolve(this.#outcome!)
  }
}
