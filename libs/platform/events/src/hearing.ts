import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { RapportError } from './errors.ts'
import type { Consume, Doc, Message, Messages } from './ports.ts'

/** What a message's value repeats of its event; see `messagesOf`. */
const Value = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  stream: z.string(),
  streamId: z.string(),
  position: z.string(),
  tenant: z.string().min(1),
  engagement: z.string().optional(),
  occurredAt: z.string(),
  occurredOn: z.string().optional(),
  zone: z.string().optional(),
  correlation: z.string(),
  imported: z.literal(true).optional(),
  data: z.custom<Doc>((data) => typeof data === 'object' && data !== null && !Array.isArray(data)),
})
export type Value = z.output<typeof Value>

/** The value of a message, which must be of the stream and key that the message came with; otherwise `invalid-message`. */
export function valueOf({ stream, key, value }: Message): Value {
  const read = Value.safeParse(JSON.parse(value))
  if (read.success && read.data.stream === stream && read.data.streamId === key) return read.data
  throw new RapportError('invalid-message', 'The value of the message is not that of an event of its stream.')
}

/** The type that a value claims, whatever else it is. */
export function claimedType({ value }: Message): string | undefined {
  const read = JSON.parse(value) as { readonly type?: unknown } | null
  return typeof read?.type === 'string' ? read.type : undefined
}

/** What somebody hears as a group: whoever drives it calls `hear` for each message of the streams and moves on when it resolves. */
export interface Hearing extends Omit<Consume, 'signal'> {
  /** The values of ce_type that it has something to do for; it takes any other too, and does nothing. */
  readonly types: readonly string[]
  hear(message: Message): Promise<void>
}

/**
 * Consumes until the signal aborts. After a rejection, which the broker or Ops may be the reason of, it begins again where the offset
 * stands, after a pause that doubles up to a minute.
 */
export async function keepHearing(
  messages: Pick<Messages, 'consume'>,
  { group, streams, from, hear }: Hearing,
  options: { readonly signal: AbortSignal; readonly pause: number; readonly onTrouble?: (error: unknown) => void },
): Promise<void> {
  const { signal } = options
  for (let pause = options.pause; !signal.aborted; pause = Math.min(2 * pause, 60_000)) {
    try {
      await messages.consume({ group, streams, from, signal }, async (message) => {
        await hear(message)
        pause = options.pause
      })
      return
    } catch (error) {
      if (signal.aborted) return
      options.onTrouble?.(error)
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
  }
}
