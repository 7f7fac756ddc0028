import { setTimeout as sleep } from 'node:timers/promises'
import { OutcomeUnknown, Unavailable } from '@rapport/events'
import { failureOf, nameOf, portError } from './failure.ts'

/**
 * What the stored state says about a write of ours. `open`: what it expected stands still, so it may be tried again. `unclear`: others
 * have written more than once since, and an answer of ours was lost.
 */
export type Judgement = 'won' | 'lost' | 'open' | 'unclear'

/**
 * Runs a compare-and-set until its outcome is known. The write is the same at every try and meets its expectation once at most, so a
 * try that is still on its way does no harm. A try that answers false, fails or is cut off is judged by reading, never by its answer:
 * a retry may hide that an earlier try was done.
 *
 * Throws `Unavailable` when no try left this process, `OutcomeUnknown` when one may have been done.
 */
export async function settle(
  patience: number,
  write: () => Promise<boolean>,
  judge: () => Promise<Judgement>,
): Promise<boolean> {
  let doubtful = false
  let reason = 'others keep writing it'
  /** Whether what was asked may have been done; throws where asking again is of no use. */
  const noted = (error: unknown): boolean => {
    const failure = failureOf(error)
    if (failure === undefined || failure === 'full' || failure === 'refused') throw portError(error)
    if (failure !== 'duplicate') reason = nameOf(error)
    return failure === 'doubtful'
  }
  const until = performance.now() + patience
  for (let pause = 2; ; pause = Math.min(2 * pause, 250)) {
    try {
      if (await write()) return true
    } catch (error) {
      doubtful = noted(error) || doubtful
    }
    try {
      const judgement = await judge()
      if (judgement === 'won') return true
      // Without a doubt of our own nobody but another writer can have changed it.
      if (judgement === 'lost' || (judgement === 'unclear' && !doubtful)) return false
      if (judgement === 'unclear') throw new OutcomeUnknown('Others wrote it twice while the answer was lost.')
    } catch (error) {
      // Of a read: it says nothing about the write.
      noted(error)
    }
    if (performance.now() > until)
      throw doubtful
        ? new OutcomeUnknown(`MongoDB cut the answer off: ${reason}.`)
        : new Unavailable(`MongoDB does not answer: ${reason}.`)
    await sleep(pause)
  }
}

/**
 * Repeats an attempt that begins by reading, and so finds what an earlier one did, until it answers. It answers undefined where it is to
 * be made again: it wrote, or another was faster. {@link Unavailable} when the patience ends; the same call may be repeated.
 */
export async function again<T>(patience: number, attempt: () => Promise<T | undefined>): Promise<T> {
  let reason = 'others keep writing it'
  const until = performance.now() + patience
  for (let pause = 1; ; pause = Math.min(2 * pause, 250)) {
    try {
      const answer = await attempt()
      if (answer !== undefined) return answer
    } catch (error) {
      const failure = failureOf(error)
      if (failure === undefined || failure === 'full' || failure === 'refused') throw portError(error)
      if (failure !== 'duplicate') reason = nameOf(error)
    }
    if (performance.now() > until) throw new Unavailable(`MongoDB does not answer: ${reason}.`)
    if (pause > 1) await sleep(pause)
  }
}
