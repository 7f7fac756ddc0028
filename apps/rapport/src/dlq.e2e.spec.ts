import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { HOUSE, type DeadLetter, type Json, type Message } from '@rapport/events'
import { openFolder } from '@rapport/sqlite'
import { rapport, rapportJson, rapportOk, scratch, started } from './cli.fixture.ts'
import { dlqOperations } from '@rapport/house'
import { openServer } from './server.ts'

jest.setTimeout(300_000)

const folder = scratch('dlq')
afterAll(() => folder.clean())
const data = folder.path('data')
const key = '0192f0c1-7b7a-7c3e-8b8a-000000000001'
const REACTION = 'when-minutes-hold-an-action-assign-it'

/** A dead letter of a message that the reaction does not listen to: handling it again does nothing. */
function letter(n: number, tenant = 'main', reaction = REACTION): readonly [name: string, letter: DeadLetter] {
  const event = `0192f0c1-7b7a-7c3e-8b8a-${String(100 + n).padStart(12, '0')}`
  const value = {
    id: event,
    type: 'NothingHappened',
    stream: 'x.y',
    streamId: key,
    position: String(n).padStart(20, '0'),
    tenant,
    occurredAt: '2026-03-02T12:00:00.000Z',
    correlation: event,
    data: {},
  }
  const message: Message = { stream: 'x.y', key, headers: {}, value: JSON.stringify(value) }
  return [
    `dead-letter/${reaction}/${key}/${String(n).padStart(20, '0')}/${event}`,
    { reaction, tenant, key, event, type: 'MinutesRecorded', reason: 'TypeError', message },
  ]
}
async function put(...letters: (readonly [string, DeadLetter])[]): Promise<void> {
  const opened = await openFolder(data)
  for (const [name, value] of letters) await opened.ops.set(HOUSE, name, value as unknown as Json, 'none')
  await opened.close()
}

beforeAll(async () => {
  await (await openServer({ data, port: 0 })).close()
})

describe('rapport dlq', () => {
  test('an empty list, nothing to retry, nothing refused', async () => {
    expect(await rapportOk(['dlq', 'list', '--data', data])).toEqual(['There are no dead letters.'])
    expect(await rapportOk(['dlq', 'retry', '--data', data])).toEqual(['There was nothing to retry.'])
    expect(await rapportOk(['dlq', 'refused', '--data', data])).toEqual([])
    expect(await rapport(['dlq', 'drop', REACTION, key, '--reason', 'x', '--data', data])).toMatchObject({ code: 5 })
  })

  test('they are listed in order without the message, dropped for a reason that is kept, and what is left of a gone reaction stays', async () => {
    await put(letter(1, 'main', 'gone'), letter(2, 'main', 'gone'))
    const listed = await rapportJson<DeadLetter>(['dlq', 'list', '--data', data])
    expect(listed.map(({ event }) => event.slice(-3))).toEqual(['101', '102'])
    expect(listed[0]).not.toHaveProperty('message')
    const dropped = await rapportJson(['dlq', 'drop', 'gone', key, '--reason', 'It was a test.', '--data', data])
    expect(dropped).toEqual([{ event: listed[0]!.event }])
    const again = await rapport(['dlq', 'retry', '--data', data, '--json'])
    expect(again.code).toBe(1)
    expect(again.stdout.split('\n')[0]).toContain('"released":0')
    expect(await rapportOk(['dlq', 'list', '--data', data])).toEqual([
      expect.stringContaining('000000000102: TypeError'),
    ])
    await rapportOk(['dlq', 'drop', 'gone', key, '--reason', 'It was a test, too.', '--data', data])
    const opened = await openFolder(data)
    const kept = (await opened.ops.list(HOUSE, 'dropped/')).map(
      ({ value }) => (value as { dropped: { reason: string } }).dropped,
    )
    await opened.close()
    expect(kept).toMatchObject([{ reason: 'It was a test.' }, { reason: 'It was a test, too.' }])
  })

  test('drop wants a reason, and help says what there is', async () => {
    expect(await rapport(['dlq', 'drop', 'gone', key, '--data', data, '--json'])).toMatchObject({ code: 2 })
    expect((await rapport(['dlq', '--help'])).stdout).toMatch(/list[^]*retry[^]*drop[^]*refused/)
  })

  test('on a folder that a running start holds it goes to that process; a pm may only see what was refused', async () => {
    const server = await started(data)
    expect(await rapportOk(['dlq', 'list', '--data', data])).toEqual(['There are no dead letters.'])
    const [{ token }] = (await rapportJson<{ token: string }>(['token', '--role', 'pm', '--data', data])) as [
      { token: string },
    ]
    const as = ['--url', server.url, '--token', token]
    expect(await rapport(['dlq', 'list', ...as])).toMatchObject({ code: 6 })
    expect(await rapportOk(['dlq', 'refused', ...as])).toEqual([])
    server.child.kill('SIGTERM')
    await server.ended
  })
})

describe('the operations', () => {
  const retried: string[] = []
  const operations = dlqOperations(
    {
      letters: async () =>
        [letter(1), letter(2), letter(3, 'other')].map(([name, l]) => ({ ...l, name, key: `${l.tenant}-key` })),
      retry: async (reaction, key) => (retried.push(`${reaction} ${key}`), { released: 1 }),
      drop: async () => 'event',
      refused: async () => [],
    },
    () => Temporal.Instant.from('2026-03-02T12:00:00Z'),
  )
  const run = (name: string, role: 'operator' | 'admin', body: object = {}) =>
    operations.find((o) => o.name === name)!.run({ tenant: 'main', actor: { id: key, kind: 'person', role }, body })

  test('an operator sees the dead letters of the installation, an admin those of its own tenant', async () => {
    expect(await run('dlq-list', 'operator')).toMatchObject({ letters: { length: 3 } })
    expect(await run('dlq-list', 'admin')).toMatchObject({ letters: { length: 2 } })
    await run('dlq-retry', 'admin')
    expect(retried).toEqual([`${REACTION} main-key`])
    const foreign = { reaction: REACTION, key: 'other-key', reason: 'x' }
    await expect(run('dlq-drop', 'admin', foreign)).rejects.toMatchObject({ code: 'not-found' })
    expect(await run('dlq-drop', 'operator', foreign)).toEqual({ event: 'event' })
  })

  test('each key is retried once, however many of it wait', async () => {
    retried.length = 0
    expect(await run('dlq-retry', 'operator')).toMatchObject({ retried: { length: 2 } })
    expect(retried).toEqual([`${REACTION} main-key`, `${REACTION} other-key`])
    retried.length = 0
    await run('dlq-retry', 'operator', { reaction: REACTION, key: 'other-key' })
    expect(retried).toEqual([`${REACTION} other-key`])
  })
})
