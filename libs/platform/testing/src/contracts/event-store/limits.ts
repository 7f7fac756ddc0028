import { InvalidAppend, limits, RapportError } from '@rapport/events'
import type { NewEvent } from '@rapport/events'
import { holds, same, throws } from '../check.ts'
import { promise } from '../suite.ts'
import type { Case } from '../suite.ts'
import { area, event, events, streamIn } from './world.ts'
import type { EventStoreHandle } from './world.ts'

/** A case of §4 (c): each batch is refused, and so is the good event that stands before the bad one. */
function refuses(what: string, bad: () => readonly (readonly NewEvent[])[]): Case<EventStoreHandle> {
  return promise(`§4 (c) ${what} → InvalidAppend, nothing is stored`, async ({ port }) => {
    const stream = streamIn(area())
    for (const [n, batch] of bad().entries()) {
      await throws(InvalidAppend, () => port.append(stream, batch, 'none'), `batch ${n}`)
    }
    same((await port.read(stream)).length, 0, 'stored events')
    same((await port.append(stream, events(1), 'none')).revision, 0, 'the revision of the next append')
  })
}

const uuid = '0192f0c1-7b7a-7c3e-8b8a-1234567890ab'
const names = [
  '',
  'quality.finding',
  `quality.finding-t01~`,
  `quality.finding-t01~${uuid.toUpperCase()}`,
  `quality.finding-t01~${uuid}0`,
  `quality.finding-t1~${uuid}`,
  `quality.finding-T01~${uuid}`,
  `quality.finding-t01-${uuid}`,
  `quality-t01~${uuid}`,
  `Quality.finding-t01~${uuid}`,
  `quality.finding-${'t'.repeat(33)}~${uuid}`,
  ` quality.finding-t01~${uuid}`,
  `quality.finding-t01~${uuid}\n`,
]
const sized = (bytes: number, letter = 'x'): NewEvent => {
  const metadata = '{}'
  const frame = Buffer.byteLength(metadata) + 2
  const size = Buffer.byteLength(letter)
  const count = Math.floor((bytes - frame) / size)
  return event({ metadata, data: `"${letter.repeat(count)}${'x'.repeat(bytes - frame - count * size)}"` })
}

/** §4 (c): what no store takes, whatever stands in it. */
export const refused: readonly Case<EventStoreHandle>[] = [
  refuses('an empty batch', () => [[]]),

  refuses('the same id twice', () => {
    const one = event()
    return [
      [one, one],
      [one, event(), { ...event(), id: one.id }],
    ]
  }),

  promise('§4 (c) a malformed stream name → InvalidAppend', async ({ port }) => {
    for (const name of names)
      await throws(InvalidAppend, () => port.append(name, events(1), 'none'), JSON.stringify(name))
  }),

  refuses('a malformed event id', () =>
    ['', 'x', uuid.toUpperCase(), `${uuid}0`, `{${uuid}}`, '00000000-0000-0000-0000-000000000000', `${uuid}\n`].map(
      (id) => [event(), event({ id })],
    ),
  ),

  refuses('a malformed event type', () =>
    [
      '',
      'happened',
      'Happened!',
      'It Happened',
      'Häppened',
      '1Happened',
      '$Happened',
      'H'.repeat(101),
      'Happened\n',
    ].map((type) => [event(), event({ type })]),
  ),

  refuses('a text that is not JSON', () =>
    ['', '{', '{"a":1}x', 'undefined', "{'a':1}", '{"a":\u0000}', '"a\nb"'].flatMap((text) => [
      [event(), event({ data: text })],
      [event(), event({ metadata: text })],
    ]),
  ),

  refuses('a text with a lone surrogate, which UTF-8 cannot hold', () => [
    [event(), event({ data: '"\ud83d"' })],
    [event(), event({ metadata: '"\ude00 \ud83d"' })],
  ]),

  refuses('a moved event without an instant, or whose metadata are no object', () => [
    ...[
      '',
      'then',
      '2021-03-04',
      '2021-03-04T05:06:07Z',
      '2021-03-04T05:06:07.789+01:00',
      '2021-02-30T05:06:07.789Z',
    ].map((recordedAt) => [event(), event({ recordedAt })]),
    [event(), event({ recordedAt: '2021-03-04T05:06:07.789Z', metadata: '[]' })],
  ]),

  refuses('more than 1,000 events', () => [events(limits.batch + 1)]),

  promise('§4 a batch of 1,000 events is stored whole', async ({ port }) => {
    const stream = streamIn(area())
    same((await port.append(stream, events(limits.batch), 'none')).revision, limits.batch - 1, 'revision')
    same((await port.read(stream)).length, limits.batch, 'stored events')
  }),

  refuses('an event of more than 512 KiB in UTF-8', () => [
    [event(), sized(limits.eventBytes + 1)],
    [event(), sized(limits.eventBytes + 1, '证')],
    [{ ...sized(limits.eventBytes), metadata: '{"a":1}' }],
  ]),

  promise('§4 an event of exactly 512 KiB in UTF-8 is stored', async ({ port }) => {
    const stream = streamIn(area())
    const batch = [sized(limits.eventBytes), sized(limits.eventBytes, '证')]
    await port.append(stream, batch, 'none')
    const stored = await port.read(stream)
    holds(
      stored.every(({ data }, n) => data === batch[n]?.data),
      'the texts come back as they were',
    )
  }),

  promise('§4 an expectation that is no revision never stores', async ({ port }) => {
    for (const expected of [-1, 0.5, Number.NaN, 2 ** 53, undefined, null, 'any', '0']) {
      const stream = streamIn(area())
      await throws(
        RapportError,
        () => port.append(stream, events(1), expected as never),
        `expected ${String(expected)}`,
      )
      same((await port.read(stream)).length, 0, 'stored events')
    }
  }),
]
