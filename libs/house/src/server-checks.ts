import { setTimeout as sleep } from 'node:timers/promises'
import { HOUSE, isOutage, RapportError } from '@rapport/events'
import type { Check } from '@rapport/service'
import type { Ports } from './house.ts'
import { FIRST, knowStore } from './known-store.ts'

/** How long one server may take to answer a probe, in milliseconds; the probe itself has two seconds. */
const ANSWERING = 1_500

/** That a server answers in time; which one does not is what the person who looks wants to know. */
async function answers(name: string, question: Promise<unknown>): Promise<Check> {
  const late = Symbol('late')
  const asked = question.then(
    () => undefined,
    (error: unknown) => error,
  )
  const found = await Promise.race([asked, sleep(ANSWERING, late, { ref: false })])
  if (found === undefined) return { name, ok: true }
  if (found === late) return { name, ok: false, words: 'It does not answer in time.' }
  if (isOutage(found)) return { name, ok: false, words: 'It does not answer.' }
  throw found
}

/** That both servers answer, and that the event store is the one of this deployment. */
export async function serverChecks(ports: Pick<Ports, 'events' | 'ops' | 'keys'>): Promise<readonly Check[]> {
  const found = await Promise.all([
    answers('event-store', ports.events.head([])),
    answers('mongodb', ports.ops.get(HOUSE, FIRST)),
  ])
  if (!found.every(({ ok }) => ok)) return found
  try {
    const known = await answers('event-store', knowStore(ports))
    return [known, ...found.slice(1)]
  } catch (error) {
    if (!(error instanceof RapportError)) throw error
    return [{ name: 'event-store', ok: false, words: error.message }, ...found.slice(1)]
  }
}
