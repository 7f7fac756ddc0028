import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, jest, test } from '@jest/globals'
import type { TopicsReport } from '@rapport/kafka'
import { onServers, removeTopics } from '@rapport/testing'
import { parse, stringify } from 'yaml'
import { rapport, rapportJson, rapportOk, root, scratch } from './cli.fixture.ts'

jest.setTimeout(60_000)

interface Definition {
  readonly topics: readonly { readonly name: string; readonly partitions: number }[]
  readonly config: Readonly<Record<string, unknown>>
}

await onServers(['kafka'], ({ kafka }) => {
  const folder = scratch('topics')
  const prefix = `t${randomUUID().slice(0, 8)}`
  const env = { KAFKA_BROKERS: kafka, DEPLOYMENT: prefix }
  const shipped = parse(readFileSync(join(root, 'infra/kafka/topics.yaml'), 'utf8')) as Definition
  const names = shipped.topics.map(({ name }) => `${prefix}.${name}`)
  const file = (name: string, change: Partial<Definition>): string => {
    const path = folder.path(name)
    writeFileSync(path, stringify({ ...shipped, ...change }))
    return path
  }
  // Fewer partitions than are shipped: they are made and deleted faster.
  const small = shipped.topics.map(({ name }) => ({ name, partitions: 1 }))
  const defined = file('topics.yaml', { topics: small })
  afterAll(async () => {
    await removeTopics(kafka, names)
    await folder.clean()
  })

  test('what is missing is made, and again nothing', async () => {
    const [first] = await rapportJson<TopicsReport>(['topics', '--file', defined], { env })
    expect(first).toMatchObject({ created: names, unchanged: [], drifted: [] })
    const said = await rapportOk(['topics', '--file', defined], { env })
    expect(said.at(-1)).toBe(`0 made, ${names.length} unchanged, 0 drifted.`)
  })

  test('what has drifted is named and ends with 1, until --fix sets it', async () => {
    const other = file('other.yaml', { topics: small, config: { ...shipped.config, 'retention.ms': 1000 } })
    const drifted = await rapport(['topics', '--file', other], { env })
    expect(drifted).toMatchObject({ code: 1 })
    expect(drifted.stdout).toContain(`drifted   ${names[0]!}: retention.ms is -1, not 1000`)
    expect((await rapportOk(['topics', '--file', other, '--fix'], { env })).at(-1)).toContain(`${names.length} drifted`)
    expect((await rapportOk(['topics', '--file', other], { env })).at(-1)).toContain('0 drifted')
  })

  test('other partitions are refused: the shipped definition has more', async () => {
    const refused = await rapport(['topics', '--json'], { env })
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: 'topics-refused' })
  })

  test('bad input ends with 2, and a broker that does not answer with 7', async () => {
    expect(await rapport(['topics'], { env: { ...env, KAFKA_BROKERS: '' } })).toMatchObject({ code: 2 })
    expect(await rapport(['topics', '--environment', 'moon'], { env })).toMatchObject({ code: 2 })
    const none = file('none.yaml', { topics: [{ name: 'no', partitions: 0 }] })
    expect(await rapport(['topics', '--file', none], { env })).toMatchObject({ code: 2 })
    expect(await rapport(['topics', '--file', folder.path('absent')], { env })).toMatchObject({ code: 5 })
    expect(await rapport(['topics'], { env: { ...env, KAFKA_BROKERS: '127.0.0.1:1' } })).toMatchObject({ code: 7 })
  })
})
