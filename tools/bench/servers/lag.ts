import type { BareConsumer } from './control/messages.ts'
import type { Product, Taken } from './product.ts'
import type { LagFigure } from './work.ts'

/** Seconds that it is measured at most. */
const LONGEST = 40
/** Of so many commands, one is asked for in the read model: each question is work for the product, too. */
const ASKED = 8

export interface Lags {
  readonly kafka: LagFigure
  readonly documents: LagFigure
}

/** From the answer to a command to its message at a consumer, and to the answer of the read model that was asked for it at once. */
export async function lags(
  product: Product,
  options: {
    readonly pace: number
    readonly many: number
    readonly engagement: string
    readonly consumer: BareConsumer
  },
): Promise<Lags> {
  const { pace, engagement, consumer } = options
  const many = Math.min(options.many, Math.ceil(pace * LONGEST))
  const taken: Taken[] = []
  const asked: Promise<number>[] = []
  await product.takeAt(pace, many, engagement, (command, n) => {
    taken.push(command)
    if (n % ASKED === 0) asked.push(product.readable(command).then((at) => at - command.at))
  })
  await consumer.all(new Set(taken.map(({ id }) => id)))
  // A message may be here before the answer is.
  const told = taken.map(({ id, at }) => Math.max(0, consumer.heard.get(id)! - at))
  return { kafka: figure(pace, told), documents: figure(pace, await Promise.all(asked)) }
}

function figure(pace: number, list: readonly number[]): LagFigure {
  const sorted = [...list].sort((a, b) => a - b)
  const at = (part: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]! * 10) / 10
  return { pace: Math.round(pace), p50: at(0.5), p99: at(0.99), samples: sorted.length }
}
