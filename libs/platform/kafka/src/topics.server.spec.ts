import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from '@jest/globals'
import { onServers } from '@rapport/testing'
import kafkajs from 'kafkajs'
import { ensureTopics, type EnsureTopics } from './topics.ts'
import { definition, streams, withAdmin } from './world.fixture.ts'

await onServers(['kafka'], ({ kafka }) => {
  const brokers = [kafka]
  let prefixes: string[] = []
  afterEach(async () => {
    const all = prefixes.flatMap((prefix) => streams.map((stream) => `${prefix}.${stream}.v1`))
    prefixes = []
    await withAdmin(brokers, async (admin) => {
      const standing = await admin.listTopics()
      await admin.deleteTopics({ topics: all.filter((topic) => standing.includes(topic)) })
    })
  })
  const fresh = (partitions = 3): EnsureTopics => {
    const prefix = `spec-${randomUUID()}`
    prefixes.push(prefix)
    return { brokers, clientId: 'spec', prefix, definition: definition(partitions), environment: 'test' }
  }
  const settings = (topic: string): Promise<Record<string, string>> =>
    withAdmin(brokers, async (admin) => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
      })
      return Object.fromEntries(
        resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
      )
    })

  test('it makes what is missing as it is defined, and nothing the second time', async () => {
    const options = fresh()
    const names = streams.map((stream) => `${options.prefix}.${stream}.v1`)
    expect(await ensureTopics(options)).toMatchObject({ created: names, unchanged: [], drifted: [] })
    expect(await ensureTopics(options)).toMatchObject({ created: [], unchanged: names, drifted: [] })
    expect(await settings(names[0]!)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'max.message.bytes': '2097152',
      'min.insync.replicas': '1',
    })
  })

  test('only the topic that is missing is made', async () => {
    const options = fresh()
    const half = { ...options.definition, topics: options.definition.topics.slice(0, 1) }
    await ensureTopics({ ...options, definition: half })
    const [news, music] = streams.map((stream) => `${options.prefix}.${stream}.v1`)
    expect(await ensureTopics(options)).toMatchObject({ created: [music], unchanged: [news] })
  })

  test('other partitions are refused with a list, before anything is made', async () => {
    const options = fresh(2)
    await ensureTopics({ ...options, definition: { ...options.definition, topics: [definition(2).topics[0]!] } })
    const [news, music] = streams.map((stream) => `${options.prefix}.${stream}.v1`)
    await expect(ensureTopics({ ...options, definition: definition(3), fix: true })).rejects.toMatchObject({
      code: 'topics-refused',
      message: `Partitions must never change: ${news} has 2, not 3.`,
      detail: { topics: [news] },
    })
    expect(await withAdmin(brokers, (admin) => admin.listTopics())).not.toContain(music)
  })

  test('a setting that drifted is reported and left; with fix it is mended, and what else was set stays', async () => {
    const options = fresh()
    await ensureTopics(options)
    const topic = `${options.prefix}.${streams[1]}.v1`
    await withAdmin(brokers, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topic,
            configEntries: [
              { name: 'retention.ms', value: '1000000' },
              { name: 'max.message.bytes', value: '2097152' },
              { name: 'segment.bytes', value: '10485760' },
            ],
          },
        ],
      }),
    )
    const drifted = [{ topic, setting: 'retention.ms', is: '1000000', wanted: '-1' }]
    expect(await ensureTopics(options)).toMatchObject({ drifted })
    expect(await settings(topic)).toMatchObject({ 'retention.ms': '1000000' })
    expect(await ensureTopics({ ...options, fix: true })).toMatchObject({ drifted })
    expect(await settings(topic)).toMatchObject({ 'retention.ms': '-1', 'segment.bytes': '10485760' })
    expect(await ensureTopics(options)).toMatchObject({ drifted: [], unchanged: expect.arrayContaining([topic]) })
  })

  test('it says where the broker forgets the place of a service that is down', async () => {
    const { warnings } = await ensureTopics(fresh())
    expect(warnings).toEqual([expect.stringMatching(/^offsets\.retention\.minutes is 10080 on broker \d+: /)])
  })

  test('an environment that is not defined, and a broker that is not there, are named', async () => {
    await expect(ensureTopics({ ...fresh(), environment: 'moon' })).rejects.toMatchObject({
      code: 'unknown-environment',
      message: 'There is no environment moon: test.',
    })
    await expect(ensureTopics({ ...fresh(), brokers: ['127.0.0.1:1'] })).rejects.toMatchObject({ code: 'unavailable' })
  })
})
