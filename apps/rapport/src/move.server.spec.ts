import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { messagesOf, START, type StoredEvent } from '@rapport/events'
import { openServers, registry, serversVariables, type HouseRole } from '@rapport/house'
import { createLogger, readConfig } from '@rapport/service'
import { crashingAt, onServers, startDouble } from '@rapport/testing'
import { groupLag, readByConsumer } from './analysts.fixture.ts'
import { rapport, rapportOk, scratch, until } from './cli.fixture.ts'
import { Http, portal } from './http.fixture.ts'
import { answers, exportText, fill, momentsOf, piped, placeless } from './moving.fixture.ts'
import { openOnServers } from './on-servers.ts'
import { served } from './served.fixture.ts'
import { deployment } from './servers.fixture.ts'
import { eventsOf } from './store.fixture.ts'

jest.setTimeout(600_000)

/** Without the clock, which acts when an hour comes. */
const roles: readonly HouseRole[] = ['api', 'relay', 'react', 'query', 'project']

await onServers(['kafka', 'mongodb'], (addresses) => {
  describe('a data folder that moves to the servers, with a double of EventStoreDB', () => {
    const folder = scratch('move-servers')
    const data = folder.path('data')
    const keys = (name: string): string => folder.path(`${name}.keys`)
    let target: Awaited<ReturnType<typeof deployment>>
    let double: Awaited<ReturnType<typeof startDouble>>
    let env: Readonly<Record<string, string>>
    let before: readonly StoredEvent[]
    beforeAll(async () => {
      ;[target, double] = [await deployment(addresses), await startDouble()]
      // Of its own, whatever else is named: it must be empty.
      env = { ...target.env, EVENTSTORE_URL: double.address }
      await fill(data, { demo: true })
      before = await eventsOf(data)
    })
    afterAll(async () => {
      await target?.dispose()
      await double?.dispose()
      await folder.clean()
    })

    const toServers = (file: string, keyFile: string) => ['restore', '--from-export', file, '--keys', keyFile, '--json']
    const eventsThere = async (): Promise<readonly StoredEvent[]> => {
      const { ports, close } = await openServers(readConfig(serversVariables, env), 'spec', createLogger('silent'))
      try {
        const head = await ports.events.head([])
        const events: StoredEvent[] = []
        const done = new AbortController()
        for await (const page of ports.events.follow({ from: START, prefixes: [], signal: done.signal })) {
          events.push(...page.events)
          if (page.position >= head) break
        }
        done.abort()
        return events
      } finally {
        await close()
      }
    }

    test('killed in the middle nothing starts there, and the same again goes on to the end', async () => {
      const file = folder.path('export.jsonl')
      writeFileSync(file, await exportText(data, keys('first')))
      for (const nth of [1, 30]) {
        const killed = await rapport(toServers(file, keys('first')), {
          env,
          crash: crashingAt('rapport.crash.inside-move', nth),
        })
        expect(killed).toMatchObject({ signal: 'SIGKILL' })
      }
      await expect(openOnServers({ env, port: 0 })).rejects.toMatchObject({ code: 'restore-incomplete' })
      // Another export of the same folder, through a pipe.
      const from = ['export', '--data', data, '--keys', keys('second')]
      const ran = await piped(from, toServers('-', keys('second')), env)
      expect(ran.codes).toEqual(['0', '0'])
      expect(JSON.parse(ran.stdout)).toMatchObject({ restores: 1, events: before.length })
      expect((await eventsThere()).map(placeless)).toEqual(before.map(placeless))
    })

    test('what holds a store already takes no other', async () => {
      const file = folder.path('export.jsonl')
      expect(await rapport(toServers(file, keys('first')), { env })).toMatchObject({
        code: 2,
        stdout: expect.stringContaining('target-not-empty'),
      })
    })

    test('every view answers there as in the folder, as of several instants, on both clocks', async () => {
      const last = before.at(-1)!
      const now = Temporal.Instant.from(last.recordedAt).add({ seconds: 1 })
      const moments = [...momentsOf(before, 3), { asOf: last.id, clock: 'recorded' as const }]
      const { server: laptop } = await served(data, now.toString())
      const there = await openOnServers({ env, port: 0, roles, clock: () => now })
      try {
        await there.settled()
        const expected = await answers(laptop, ['demo', 'main'], moments)
        expect(await answers(there, ['demo', 'main'], moments)).toEqual(expected)
      } finally {
        await Promise.all([laptop.close(), there.close()])
      }
    })

    test('everything is told again to the brokers, and nothing follows from it a second time', async () => {
      const told = before.flatMap((stored) => messagesOf(registry, stored, '')).map(({ headers }) => headers['ce_id'])
      const there = await openOnServers({ env, port: 0, roles })
      try {
        const read = await readByConsumer(addresses.kafka, env['DEPLOYMENT']!, told.length)
        expect(read.map(({ id }) => id).sort()).toEqual([...told].sort())
        await until(async () => (await groupLag(addresses.kafka, env['DEPLOYMENT']!)) === 0, 60_000)
        expect((await eventsThere()).map(placeless)).toEqual(before.map(placeless))

        // What is new goes the whole way.
        const pm = new Http(there.url, await there.token({ tenant: 'main', role: 'pm' }))
        const { engagement, manager } = await portal(pm, { name: 'After the move' })
        const startsAt = new Date(Date.now() + 60_000).toISOString()
        const weekly = { engagement, title: 'Weekly', startsAt, durationMinutes: 60 }
        const { id } = await pm.done('/api/communication/meetings', weekly)
        const who = { engagement, person: manager, side: 'ours', role: 'Manager', rights: [] }
        const { id: attendee } = await pm.done('/api/engagements/stakeholders', who)
        await pm.done(`/api/communication/meetings/${id}/hold`, { attendees: [attendee] })
        const actions = [{ owner: manager, what: 'Unpack.', due: '2030-01-05' }]
        await pm.done(`/api/communication/meetings/${id}/record-minutes`, { text: 'We moved.', actions })
        const items = async () =>
          (await pm.view<{ items: readonly { what: string }[] }>(`action-items?engagement=${engagement}`)).items
        await until(async () => (await items()).length === 1, 60_000)
      } finally {
        await there.close()
      }
    })

    test('a command of the command line works on what moved', async () => {
      const inDemo = ['list', 'engagements', '--tenant', 'demo']
      expect((await rapportOk(inDemo, { env })).toSorted()).toEqual(
        (await rapportOk([...inDemo, '--data', data])).toSorted(),
      )
    })
  })
})
