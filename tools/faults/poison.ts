import { setTimeout as sleep } from 'node:timers/promises'
import { uuidv7, type Doc, type Message } from '@rapport/events'
import { KafkaMessages } from '@rapport/kafka'
import { TENANT, type Command } from '../crash/book.ts'
import type { Deployment } from './deployment.ts'
import { eventsAfter } from './accounting.ts'
import type { Load } from './load.ts'
import type { Routes } from './routes.ts'
import type { SettledThere } from './settle.ts'
import { plantForeign } from './topics.ts'

export interface PoisonDeps {
  readonly deployment: Deployment
  readonly routes: Routes
  readonly load: Load
  readonly settled: SettledThere
  /** Ids of messages that are no events of the store. */
  readonly planted: Set<string>
  /** Told how many foreign records were put on the topics. */
  readonly foreign: (records: number) => void
}

const REACTION = 'when-minutes-hold-an-action-assign-it'
const STREAM = 'communication.meeting'
/** Milliseconds for five tries of a message and for what waits in front of it. */
const PATIENCE = 90_000

interface Letter {
  readonly key: string
  readonly event: string
  readonly reason: string
}

/**
 * Puts two messages on a topic that claim to be minutes and hold none, so that the reaction to them fails, one before and one behind real
 * minutes of the same meeting: all of that key waits, another meeting's does not; a retry releases in order and stops where it fails again.
 */
export async function poison(deps: PoisonDeps): Promise<string> {
  const { deployment, load, settled } = deps
  const ask = operations(deps)
  const letters = async (): Promise<readonly Letter[]> => (await ask<{ letters: Letter[] }>('dlq-list', {})).letters
  const before = await letters()
  if (before.length > 0) throw new Error(`There were dead letters before: ${JSON.stringify(before)}`)
  const [ill, sound] = [await load.send(held(settled)), await load.send(held(settled))]
  deps.foreign(await plantForeign(deployment.brokers, STREAM, ill))
  const [first, last] = [await plant(deps, ill), uuidv7()]
  await waitFor(async () => (await letters()).length === 1, 'the first message is not set aside')
  const minutesAt = await load.send(minutes(settled, ill)).then(() => minutesOf(deployment, ill))
  await waitFor(async () => (await letters()).length === 2, 'minutes of its key do not wait')
  await plant(deps, ill, last)
  await waitFor(async () => (await letters()).length === 3, 'the last message is not set aside')
  await load.send(minutes(settled, sound))
  await waitFor(async () => (await effectsOf(deployment, sound)) === 2, 'another key waits, too')
  const waiting = (await letters()).map(({ event }) => event)
  if (waiting.join() !== [first, minutesAt, last].join())
    throw new Error(`They wait in another order: ${waiting.join()}`)
  const outcomes: unknown[] = []
  const retry = async (): Promise<void> => {
    const { retried } = await ask<{ retried: readonly Doc[] }>('dlq-retry', { reaction: REACTION, key: ill })
    outcomes.push(
      retried.map(({ released, failed }) => [released, failed !== undefined])[0],
      await effectsOf(deployment, ill),
    )
  }
  const drop = async (): Promise<void> => {
    outcomes.push(
      (await ask<Doc>('dlq-drop', { reaction: REACTION, key: ill, reason: 'It holds no minutes.' }))['event'],
    )
  }
  await retry()
  await drop()
  await retry()
  await drop()
  const wanted = [[0, true], 0, first, [1, true], 2, last]
  if (JSON.stringify(outcomes) !== JSON.stringify(wanted) || (await letters()).length > 0)
    throw new Error(`Retry and drop came to ${JSON.stringify(outcomes)}, not ${JSON.stringify(wanted)}.`)
  return '3 of one key waited, another key did not; released in order; 3 foreign records passed over'
}

const base = ({ engagement }: SettledThere) => ({ by: 'pm', stream: STREAM, engagement }) as const
const held = (settled: SettledThere): Command => ({
  ...{ by: 'pm', stream: STREAM, decision: 'record-held', path: '/api/communication/meetings/record-held' },
  ...{ body: { engagement: base(settled).engagement, title: 'Review' }, types: ['MeetingHeld'] },
})
const minutes = ({ manager }: SettledThere, id: string): Command => ({
  ...{
    by: 'pm',
    stream: STREAM,
    decision: 'record-minutes',
    id,
    path: `/api/communication/meetings/${id}/record-minutes`,
  },
  body: { text: 'We agreed.', actions: ['One', 'Two'].map((what) => ({ owner: manager, what, due: '2026-12-11' })) },
  types: ['MinutesRecorded'],
})

/** A message with everything that ours have, but the minutes. */
async function plant(
  { deployment, settled, planted }: PoisonDeps,
  key: string,
  id: string = uuidv7(),
): Promise<string> {
  planted.add(id)
  const occurredAt = Temporal.Now.instant().toString({ smallestUnit: 'millisecond' })
  const position = await deployment.store.head([])
  const value = {
    ...{ id, type: 'MinutesRecorded', version: 1, stream: STREAM, streamId: key, revision: '9', position },
    ...{ tenant: TENANT, engagement: settled.engagement, actor: { id: uuidv7(), kind: 'person' } },
    ...{ occurredAt, recordedAt: occurredAt, visibility: 'internal', correlation: id, data: {} },
  }
  const headers = {
    ce_specversion: '1.0',
    ce_type: 'rapport.communication.MinutesRecorded.v1',
    ce_id: id,
    ce_tenant: TENANT,
  }
  const message: Message = { stream: STREAM, key, headers, value: JSON.stringify(value) }
  const messages = new KafkaMessages({ brokers: deployment.brokers, clientId: 'faults' })
  try {
    await messages.publish([message])
  } finally {
    await messages.close()
  }
  return id
}

function operations({ routes, settled }: PoisonDeps) {
  return async <T>(name: string, body: Doc): Promise<T> => {
    const sent = await routes.post(`/api/operations/${name}`, JSON.stringify(body), settled.operator)
    if (sent.status !== 200) throw new Error(`${name} was answered ${JSON.stringify(sent)}`)
    return sent.body as T
  }
}

/** The id of the event by which a meeting's minutes were recorded. */
async function minutesOf({ store }: Deployment, meeting: string): Promise<string> {
  const events = await store.read(`${STREAM}-${TENANT}~${meeting}`)
  return events.find(({ type }) => type === 'MinutesRecorded')!.id
}

/** How many action items there are of a meeting. */
async function effectsOf({ store }: Deployment, meeting: string): Promise<number> {
  const events = await eventsAfter(store)
  return events.filter(({ type, data }) => type === 'ActionItemAssigned' && data.includes(meeting)).length
}

async function waitFor(holds: () => Promise<boolean>, words: string): Promise<void> {
  for (const end = performance.now() + PATIENCE; !(await holds()); await sleep(200))
    if (performance.now() > end) throw new Error(`In ${PATIENCE / 1000} s ${words}.`)
}
