import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Doc, Message } from '@rapport/events'
import { ensureTopics, KafkaMessages } from '@rapport/kafka'
import { onServers, removeTopics } from '@rapport/testing'
import { kcatVersion, once, readByConsumer, readByKcat, schemas, type Event, type Read } from './analysts.fixture.ts'
import { demoMessages, describedTopics } from './analysts-demo.fixture.ts'
import { spellings } from './secrecy.fixture.ts'

jest.setTimeout(300_000)

const SOURCE = 'urn:rapport:store-of-a-spec'
const kcat = await kcatVersion()
const folder = mkdtempSync(join(tmpdir(), 'rapport-analysts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Told {
  readonly data: { readonly cadences?: readonly { readonly name: string }[] }
}

const grouped = <T>(items: readonly T[], by: (item: T) => string): Readonly<Record<string, readonly T[]>> =>
  Object.fromEntries(Map.groupBy(items, by))
const idsByKey = (items: readonly { readonly key: string; readonly id: string }[]) =>
  Object.fromEntries(Object.entries(grouped(items, ({ key }) => key)).map(([key, of]) => [key, of.map(({ id }) => id)]))
const schemaOf = ({ stream, type, version }: Doc): string =>
  `${String(stream)}.${String(type)}.v${String(version)}.schema.json`
const idOf = ({ key, headers }: Pick<Message, 'key' | 'headers'>) => ({ key, id: headers['ce_id']! })

await onServers(['kafka'], ({ kafka }) => {
  const prefix = `analysts-${randomUUID()}`
  let published: readonly Message[]
  let personal: ReadonlySet<string>
  let stored: number
  let topics: readonly string[] = []

  beforeAll(async () => {
    ;({ messages: published, personal, stored } = await demoMessages(join(folder, 'demo'), SOURCE))
    const described = await describedTopics()
    topics = described.map((address) => address.replace('{prefix}', prefix))
    const brokers = kafka.split(',')
    await ensureTopics({
      brokers,
      clientId: 'analysts-spec',
      prefix,
      environment: 'spec',
      definition: {
        topics: described.map((address) => ({ name: address.replace('{prefix}.', ''), partitions: 3 })),
        config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'max.message.bytes': '2097152' },
        environments: { spec: { replicationFactor: 1, minInsyncReplicas: 1 } },
      },
    })
    const messages = new KafkaMessages({ brokers, clientId: 'analysts-spec', prefix })
    await messages.publish(published)
    await messages.close()
  })
  afterAll(() => removeTopics(kafka, topics))

  test('the demo publishes on every topic there is, and holds personal texts', () => {
    expect(new Set(published.map(({ stream }) => `${prefix}.${stream}.v1`))).toEqual(new Set(topics))
    expect(published.length).toBeGreaterThan(200)
    expect(published.length).toBeLessThan(stored)
    expect(personal.size).toBeGreaterThan(100)
  })

  /** Nobody but the keys' holder reads a personal text; what is public is found by the same search. */
  function holdsNoPersonal(texts: readonly string[]): void {
    const all = texts.join('\n')
    const found = (text: string): boolean => spellings(text).some((spelling) => all.includes(spelling))
    // Meetings of a cadence are called as it is, and the name of a cadence is no personal text.
    const cadences = published
      .flatMap(({ value }) => (JSON.parse(value) as Told).data.cadences ?? [])
      .map((c) => c.name)
    expect([...personal].filter(found).filter((text) => !cadences.includes(text))).toEqual([])
    expect(found('门诊预约平台')).toBe(true)
  }

  const withKcat = 'version' in kcat ? describe : describe.skip
  withKcat(`kcat${'version' in kcat ? '' : ` (${kcat.reason})`}`, () => {
    let read: readonly Read[]
    beforeAll(async () => {
      const all = (await Promise.all(topics.map((topic) => readByKcat(kafka, topic)))).flat()
      read = once(all, ({ headers }) => headers['ce_id']!)
    })

    test('finds each public event once, with key, headers and value as they were published', () => {
      const byId = (a: { headers: Message['headers'] }, b: { headers: Message['headers'] }) =>
        a.headers['ce_id']! < b.headers['ce_id']! ? -1 : 1
      expect([...read].sort(byId)).toEqual(
        [...published]
          .sort(byId)
          .map(({ stream, key, headers, value }) => ({ topic: `${prefix}.${stream}.v1`, key, headers, value })),
      )
    })

    test('finds the events of a key in the order in which they were recorded', () => {
      expect(idsByKey(read.map(idOf))).toEqual(idsByKey(published.map(idOf)))
      for (const of of Object.values(grouped(read, ({ key }) => key))) {
        const revisions = of.map(({ headers }) => Number(headers['ce_revision']))
        expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b))
      }
    })

    test('finds headers and values that fit the schemas, and say the same', () => {
      const ajv = schemas()
      for (const { key, headers, value } of read) {
        const said = JSON.parse(value) as Doc
        const name = schemaOf(said)
        expect([ajv.validate('headers.v1.schema.json', headers), ajv.errors]).toEqual([true, null])
        expect([name, ajv.validate(name, said), ajv.errors]).toEqual([name, true, null])
        const [context] = String(said['stream']).split('.')
        expect({ key, headers }).toEqual({
          key: said['streamId'],
          headers: JSON.parse(
            JSON.stringify({
              ce_specversion: '1.0',
              ce_type: `rapport.${context}.${String(said['type'])}.v${String(said['version'])}`,
              ce_source: SOURCE,
              ce_id: said['id'],
              ce_time: said['occurredAt'],
              ce_tenant: said['tenant'],
              ce_engagementid: said['engagement'],
              ce_clientid: said['client'],
              ce_recordedtime: said['recordedAt'],
              ce_revision: said['revision'],
              ce_position: said['position'],
              ce_correlationid: said['correlation'],
              ce_causationid: said['causation'],
              'content-type': 'application/json',
            }),
          ),
        })
      }
    })

    test('finds no personal text', () => {
      holdsNoPersonal(read.flatMap(({ key, headers, value }) => [key, value, ...Object.values(headers)]))
    })
  })

  describe('the consumer of the how-to, on the SDK of CloudEvents', () => {
    let read: readonly Event[]
    beforeAll(async () => {
      read = once(await readByConsumer(kafka, prefix, published.length), ({ id }) => id)
    })

    test('finds each public event once, with its attributes, its key and its value', () => {
      const expected = published.map(({ stream, key, headers, value }) => {
        const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce_'))
        return {
          topic: `${prefix}.${stream}.v1`,
          ...Object.fromEntries(attributes.map(([name, text]) => [name.slice(3), text])),
          datacontenttype: 'application/json',
          partitionkey: key,
          data: JSON.parse(value) as Doc,
        }
      })
      const byId = (a: object, b: object) => ((a as Event).id < (b as Event).id ? -1 : 1)
      expect([...read].sort(byId)).toEqual([...expected].sort(byId))
    })

    test('finds the events of a key in the order in which they were recorded', () => {
      expect(idsByKey(read.map(({ id, partitionkey }) => ({ id, key: String(partitionkey) })))).toEqual(
        idsByKey(published.map(idOf)),
      )
    })

    test('finds values that fit the schemas', () => {
      const ajv = schemas()
      for (const { data } of read) {
        const name = schemaOf(data as Doc)
        expect([name, ajv.validate(name, data), ajv.errors]).toEqual([name, true, null])
      }
    })

    test('finds no personal text', () => {
      holdsNoPersonal(read.map((event) => JSON.stringify(event)))
    })
  })
})
