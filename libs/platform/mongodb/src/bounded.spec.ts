import { describe, expect, it } from '@jest/globals'
import { OutcomeUnknown } from '@rapport/events'
import { bounded } from './bounded.ts'
import { failureOf } from './failure.ts'
import { settle } from './settle.ts'

const never = (): Promise<never> => new Promise(() => {})
/** As the driver's are: methods on a class with private state, cursors that answer themselves. */
class Cursor {
  readonly #rows: readonly number[] | undefined
  constructor(rows?: readonly number[]) {
    this.#rows = rows
  }
  sort(): this {
    return this
  }
  toArray(): Promise<readonly number[]> {
    return this.#rows === undefined ? never() : Promise.resolve(this.#rows)
  }
}
class Collection {
  readonly #answers: boolean
  readonly name = 'rows'
  constructor(answers: boolean) {
    this.#answers = answers
  }
  updateOne(): Promise<number> {
    return this.#answers ? Promise.resolve(1) : never()
  }
  find(): Cursor {
    return new Cursor(this.#answers ? [1, 2] : undefined)
  }
}

describe('what the driver never answers', () => {
  it('is an answer that was lost: of a call, and of a cursor whatever was said to it', async () => {
    const silent = bounded(new Collection(false), 20)
    for (const asked of [silent.updateOne(), silent.find().toArray(), silent.find().sort().toArray()]) {
      const error = await asked.catch((reason: unknown) => reason)
      expect([failureOf(error), (error as Error).name]).toEqual(['doubtful', 'MongoNetworkTimeoutError'])
    }
  })

  it('is judged by reading, as any answer that was lost', async () => {
    const silent = bounded(new Collection(false), 20)
    const write = async (): Promise<boolean> => (await silent.updateOne()) === 1
    expect(await settle(10, write, async () => 'won')).toBe(true)
    await expect(settle(10, write, async () => 'open')).rejects.toThrow(OutcomeUnknown)
  })

  it('leaves what is answered as it is, and nothing that keeps the process', async () => {
    const answering = bounded(new Collection(true))
    expect([answering.name, await answering.updateOne()]).toEqual(['rows', 1])
    expect(await answering.find().sort().toArray()).toEqual([1, 2])
  })
})
