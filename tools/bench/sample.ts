import { randomBytes, randomUUID } from 'node:crypto'
import { streamName, type NewEvent } from '@rapport/events'

/** UUIDs of version 8, as the house gives them to events and streams; random here. */
export const id8 = (): string => {
  const id = randomUUID()
  return `${id.slice(0, 14)}8${id.slice(15)}`
}
const DAY = 86_400_000
const instants = Array.from({ length: 3650 }, (_, n) => new Date(Date.UTC(2016, 0, 1, 9) + n * DAY).toISOString())
const noise = randomBytes(64 * 1024).toString('base64url')
let at = 0
/** So many characters that look like ciphertext. */
const secret = (length: number): string => {
  at = (at + 997) % (noise.length - length)
  return noise.slice(at, at + length)
}
const one = <T>(list: readonly T[], n: number): T => list[n % list.length]!

export const tenant = 'acme'
const engagements = Array.from({ length: 1000 }, id8)
const clients = Array.from({ length: 100 }, id8)
const actors = Array.from({ length: 20 }, id8)
const channels = ['phone', 'email', 'portal', 'letter', 'chat']
const directions = ['inbound', 'outbound']

/**
 * An InteractionLogged of the product, or a correction of one, as it is stored: canonical texts, about 1,400 bytes. What is
 * sealed is noise of the length that a sentence has, for nobody here opens it. Events with the same `n` share an engagement.
 */
export function contact(n: number, corrects?: string): NewEvent {
  const [id, commandId] = [id8(), id8()]
  const engagement = one(engagements, n * 7919)
  const kid = `engagement/${engagement}`
  const sealed = (path: string): string =>
    `{"alg":"A256GCM","ct":"${secret(200)}","digest":"${secret(43)}","iv":"${secret(16)}","kid":"${kid}","of":["${id}","${path}"],"tag":"${secret(22)}","v":1}`
  const day = one(instants, n * 31 + (corrects === undefined ? 0 : 1))
  const metadata = `{"actor":{"id":"${one(actors, n)}","kind":"person"},"basis":["${id8()}"],"client":"${one(clients, n * 7919)}","commandId":"${commandId}",${corrects === undefined ? '' : `"corrects":["${corrects}"],`}"correlation":"${commandId}","engagement":"${engagement}","fingerprint":"${secret(43)}","occurredAt":"${day}","subjects":["${kid}"],"tenant":"${tenant}","v":1,"visibility":"internal"}`
  const [type, data] =
    corrects === undefined
      ? ([
          'InteractionLogged',
          `{"channel":"${one(channels, n)}","direction":"${one(directions, n)}","engagement":"${engagement}","summary":${sealed('/summary')}}`,
        ] as const)
      : (['InteractionCorrected', `{"direction":"${one(directions, n + 1)}","reason":${sealed('/reason')}}`] as const)
  return { id, type, metadata, data }
}

export const interactionStream = (): string => streamName('communication.interaction', tenant, id8())

let count = 0
/** One event ready to be appended. */
export const ready = (): NewEvent => contact(count++)
