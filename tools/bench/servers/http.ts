import { topicOf } from '@rapport/kafka'
import { ready } from '../sample.ts'
import { median, rate } from '../work.ts'
import { bareStream } from './append.ts'
import { BareAppends, givenTo } from './control/append.ts'
import { BareConsumer, BareProducer, batchesOf } from './control/messages.ts'
import { lags, type Lags } from './lag.ts'
import { places } from './places.ts'
import { Product } from './product.ts'
import { pages } from './publish.ts'
import { CALLERS, type ServersSetting, type ServersWork } from './work.ts'

/** Rates of each round. */
interface Through {
  readonly kafka: number[]
  readonly documents: number[]
  /** Until the last command was answered. */
  readonly answered: number[]
  /** The bare loops of the same rounds. */
  readonly appends: number[]
  readonly publishes: number[]
}
export interface Load {
  readonly through: Through
  readonly lag: Lags
}

/**
 * Round by round the product takes commands, from cold, and then the bare loops write as many events: the product stands still meanwhile, for it would
 * follow what they append. After the last round, the lag at half the rate.
 */
export const load = (setting: ServersSetting): Promise<Load> =>
  setting.once('load', async () => {
    const { config, prefix, bareTopic } = setting.deployment
    const count = setting.size(3, 1)
    const many = Math.ceil(setting.events / count)
    const consumer = new BareConsumer(config.brokers, `${prefix}.bench`)
    const bare = { appends: new BareAppends(config.events), producer: await BareProducer.open(config.brokers) }
    const place = places(CALLERS, bareStream)
    const through: Through = { kafka: [], documents: [], answered: [], appends: [], publishes: [] }
    let engagement: string | undefined
    let lag: Lags | undefined
    const measure = async (running: Product, last: boolean): Promise<void> => {
      engagement ??= await running.engagement()
      // It has compiled what it needs before anybody counts.
      await running.readable((await running.take(Math.ceil(many / 8), engagement)).at(-1)!)
      await round(running, many, engagement, consumer, through)
      if (!last) return
      const pace = median(through.kafka.map((each, n) => Math.min(each, through.documents[n]!))) / 2
      lag = await lags(running, { pace, many: Math.ceil(setting.events / 5), engagement, consumer })
    }
    const product = async (last: boolean): Promise<void> => {
      const running = await Product.start(setting.deployment, CALLERS)
      await Promise.race([measure(running, last), running.ended]).finally(() => running.stop())
    }
    try {
      await consumer.start(topicOf(prefix, 'communication.interaction'))
      for (let n = 0; n < count; n++) {
        setting.progress(`round ${n + 1} of ${count}: the product`)
        await product(n === count - 1)
        setting.progress(`round ${n + 1} of ${count}: the bare loops`)
        const given = givenTo(Array.from({ length: many }, ready))
        const told = pages(many)
        through.appends.push(await rate(many, () => bare.appends.run(given, CALLERS, place)))
        through.publishes.push(
          await rate(told.flat().length, async () => {
            for (const page of told) await bare.producer.send(bareTopic, batchesOf(page))
          }),
        )
      }
    } finally {
      await Promise.allSettled([consumer.close(), bare.appends.close(), bare.producer.close()])
    }
    return { through, lag: lag! }
  })

async function round(
  product: Product,
  many: number,
  engagement: string,
  consumer: BareConsumer,
  { kafka, documents, answered }: Through,
): Promise<void> {
  const start = performance.now()
  const rateAt = (end: number): number => (many / (end - start)) * 1000
  const taken = await product.take(many, engagement)
  answered.push(rateAt(performance.now()))
  const last = taken.reduce((a, b) => (b.position > a.position ? b : a))
  const told = consumer.all(new Set(taken.map(({ id }) => id))).then(() => performance.now())
  const [consumed, readable] = await Promise.all([told, product.readable(last)])
  kafka.push(rateAt(consumed))
  documents.push(rateAt(readable))
}

const whole = (n: number): string => Math.round(n).toLocaleString('en')

function work(name: string, until: 'kafka' | 'documents', words: string): ServersWork {
  return {
    name,
    unit: 'commands/s',
    words,
    beside:
      'the slower of the two bare loops, @eventstore/db-client and kafkajs, with as many events in the same round',
    async run(setting) {
      const { through, lag } = await load(setting)
      const { appends, publishes } = through
      return {
        ours: through[until],
        control: appends.map((each, n) => Math.min(each, publishes[n]!)),
        lag: lag[until],
        notes: [
          `round by round, each on a longer log: ${through[until].map(whole).join(', ')} commands/s`,
          `until the last command was answered: ${whole(median(through.answered))} commands/s`,
          `bare loops: ${whole(median(appends))} events/s appended, ${whole(median(publishes))} messages/s published`,
        ],
      }
    },
  }
}

export const throughs: readonly ServersWork[] = [
  work(
    'http-to-kafka',
    'kafka',
    `POST of a contact to the whole product in one process, ${CALLERS} connections, until a bare kafkajs consumer has the last`,
  ),
  work('http-to-mongodb', 'documents', 'the same load, until the last is in the read models (`wait-for`)'),
]
