import type { AnyPublicEvent } from '@rapport/events'
import { workspace } from '../../lint/workspace.ts'
import type { Plain } from '../yaml.ts'
import { comments } from './comments.ts'
import { ceType, nameOf, publicEvents } from './contracts.ts'
import { headers } from './headers.ts'
import { fileOf } from './schemas.ts'
import { topicConfig, topics } from './topics.ts'

const description = `What Rapport tells other systems: every public event, one topic a kind of stream, kept for ever.
CloudEvents 1.0 in binary mode; the value is JSON and repeats the identity. docs/how-to/consume-the-topics.md explains it to readers.
The schemas are JSON Schema, draft 2020-12.`

/** What the Kafka binding of AsyncAPI knows of a topic's settings, as it writes them. */
const topicConfiguration: Plain = {
  'cleanup.policy': [topicConfig['cleanup.policy']],
  'retention.ms': topicConfig['retention.ms'],
  'retention.bytes': topicConfig['retention.bytes'],
  'max.message.bytes': topicConfig['max.message.bytes'],
}

const message = (event: AnyPublicEvent, comment: string | undefined): Plain => ({
  name: ceType(event),
  title: `${event.type}, version ${event.version}`,
  ...(comment !== undefined && { summary: comment }),
  traits: [{ $ref: '#/components/messageTraits/cloudEvent' }],
  headers: { type: 'object', properties: { ce_type: { const: ceType(event) } } },
  payload: { $ref: `./schemas/${fileOf(event)}` },
})

/** The AsyncAPI 3.0 document of all topics; its payloads are the schemas beside it. */
export function asyncapi(): Plain {
  const said = comments()
  const of = (stream: string) => publicEvents.filter((event) => event.stream === stream)
  const all = topics()
  return {
    asyncapi: '3.0.0',
    info: { title: 'Rapport: public events', version: workspace.version, description },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{broker}',
        protocol: 'kafka',
        variables: { broker: { default: 'localhost:9092', description: 'Host and port of a broker.' } },
      },
    },
    channels: Object.fromEntries(
      all.map(({ stream, partitions }) => [
        stream,
        {
          address: `{prefix}.${stream}.v1`,
          title: stream,
          parameters: { prefix: { default: 'rapport', description: 'What the deployment puts before its topics.' } },
          messages: Object.fromEntries(
            of(stream).map((event) => [nameOf(event), { $ref: `#/components/messages/${nameOf(event)}` }]),
          ),
          bindings: { kafka: { partitions, topicConfiguration, bindingVersion: '0.5.0' } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      all.map(({ stream }) => [
        `publish.${stream}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${stream}` },
          messages: of(stream).map((event) => ({ $ref: `#/channels/${stream}/messages/${nameOf(event)}` })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        publicEvents.map((event) => [nameOf(event), message(event, said.get(nameOf(event)))]),
      ),
      messageTraits: {
        cloudEvent: {
          contentType: 'application/json',
          headers,
          bindings: {
            kafka: {
              key: {
                type: 'string',
                format: 'uuid',
                description: 'The id of the stream: what keeps its events in order.',
              },
              bindingVersion: '0.5.0',
            },
          },
        },
      },
    },
  }
}
