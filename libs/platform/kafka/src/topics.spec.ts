import { describe, expect, test } from '@jest/globals'
import { RapportError } from '@rapport/events'
import { readTopics } from './topics-definition.ts'

const config = { 'cleanup.policy': 'delete', 'retention.ms': -1, 'unclean.leader.election.enable': false }
const environments = { single: { replicationFactor: 1, minInsyncReplicas: 1 } }
const topics = [{ name: 'radio.news.v1', partitions: 12 }]

describe('the definition of the topics', () => {
  test('settings are texts, as Kafka takes them', () => {
    expect(readTopics({ config, environments, topics })).toEqual({
      config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'unclean.leader.election.enable': 'false' },
      environments,
      topics,
    })
  })

  test.each([
    ['no object', null, 'the file'],
    ['an unknown member', { config, environments, topics, more: 1 }, 'the file'],
    ['no topics', { config, environments }, 'topics'],
    [
      'a name with a prefix',
      { config, environments, topics: [{ name: 'a.radio.news.v1', partitions: 1 }] },
      'topics[0].name',
    ],
    ['no partitions', { config, environments, topics: [{ name: 'radio.news.v1' }] }, 'topics[0].partitions'],
    ['a topic twice', { config, environments, topics: [...topics, ...topics] }, 'topics'],
    ['a setting that is a list', { config: { a: [] }, environments, topics }, 'config.a'],
    [
      'half a replica',
      { config, environments: { x: { replicationFactor: 0.5, minInsyncReplicas: 1 } }, topics },
      'environments.x.replicationFactor',
    ],
  ])('%s is refused and the place is named', (_, given, at) => {
    let thrown: unknown
    try {
      readTopics(given)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(RapportError)
    expect(thrown).toMatchObject({ code: 'invalid-topics', detail: { at } })
  })
})
