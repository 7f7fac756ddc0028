import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openEventStoreDb } from '@rapport/eventstoredb'
import { environment, onServers, startDouble } from '@rapport/testing'
import { interactionStream, ready } from '../sample.ts'

jest.setTimeout(300_000)

const dir = mkdtempSync(join(tmpdir(), 'rapport-bench-servers-spec-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function bench(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@rapport/source',
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'main.ts'),
      ...args,
    ],
    { env: { ...environment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { status: child.exitCode, stdout, stderr }
}

describe('npm run bench:servers', () => {
  test('without the addresses it says which are missing', async () => {
    const { status, stderr } = await bench({ KAFKA_BROKERS: '127.0.0.1:9092' }, '--quick')
    expect(status).toBe(2)
    expect(stderr).toMatch(/EVENTSTORE_URL is missing\.\s+MONGODB_URL is missing\./)
  })

  test('a work that there is not is named, with those there are', async () => {
    const { status, stderr } = await bench({}, '--only', 'http-to-kafka,http-to-nowhere')
    expect(status).toBe(2)
    expect(stderr).toMatch(/^There is no work http-to-nowhere; there are http-to-kafka, .*publish-kafka\.\n$/)
  })
})

await onServers(['kafka', 'mongodb'], ({ kafka, mongodb }) => {
  describe('npm run bench:servers', () => {
    test('every work runs on an EventStoreDB double, and --json keeps the figures and what they are of', async () => {
      const file = join(dir, 'figures.json')
      const env = { KAFKA_BROKERS: kafka, MONGODB_URL: mongodb }
      const { status, stdout, stderr } = await bench(env, '--quick', '--double', '--json', file)
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      const lines = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[]
      expect(lines.map(({ work }) => work)).toEqual([
        'http-to-kafka',
        'http-to-mongodb',
        'catchup-servers',
        'catchup-laptop',
        'append-eventstoredb',
        'publish-kafka',
      ])
      for (const line of lines) {
        expect(line['ours']).toBeGreaterThan(0)
        expect(line['unit']).toMatch(/^\w+\/s$/)
        expect(line['servers']).toMatchObject({ events: 'EventStoreDB double', messages: 'Kafka' })
        expect(stdout).toContain(`\n${String(line['work'])} `)
        if (String(line['work']).startsWith('catchup-')) continue
        expect(line['control']).toBeGreaterThan(0)
        expect(line['ratio']).toBeGreaterThan(0)
      }
      for (const { lag } of lines.slice(0, 2)) {
        const { p50, p99, samples } = lag as Record<string, number>
        expect(samples).toBeGreaterThan(0)
        expect(p99).toBeGreaterThanOrEqual(p50!)
      }
      expect(stdout).toMatch(/^On EventStoreDB double, /)
    })

    test('a store that holds events is refused, and left as it is', async () => {
      const double = await startDouble()
      const store = openEventStoreDb({ url: double.address })
      try {
        const { position } = await store.append(interactionStream(), [ready()], 'none')
        const env = { KAFKA_BROKERS: kafka, MONGODB_URL: mongodb, EVENTSTORE_URL: double.address }
        const { status, stdout, stderr } = await bench(env, '--quick')
        expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
        expect(stderr).toMatch(/^store-not-empty: /)
        expect(await store.head([])).toBe(position)
      } finally {
        await store.close()
        await double.dispose()
      }
    })
  })
})
