import {
  envelopeSchema,
  subjects,
  uuidPattern,
  type AnyPublicEvent,
  type Shape,
  type Subject,
  type Words,
} from '@rapport/events'
import { z } from 'zod'
import { comments } from './comments.ts'
import { nameOf, publicEvents } from './contracts.ts'
import { headers } from './headers.ts'

/** JSON Schema, draft 2020-12, without keywords of our own, so that validators compile it in strict mode. */
export type Schema = { readonly [keyword: string]: unknown }

export const IDENTITY = 'message.v1.schema.json'
export const SEALED = 'sealed.v1.schema.json'
export const HEADERS = 'headers.v1.schema.json'
export const fileOf = (event: AnyPublicEvent): string => `${nameOf(event)}.schema.json`

const $schema = 'https://json-schema.org/draft/2020-12/schema'
const uuid = { type: 'string', format: 'uuid', pattern: uuidPattern.source }
const INSTANT = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$'
const instant = { type: 'string', format: 'date-time', pattern: INSTANT }
const opaque = { type: 'string', minLength: 1 }

/** What every message says beside its data (contracts.md §6). Members that are not described here may come: readers pass over them. */
const identity: Schema = {
  $schema,
  title: 'What every message says',
  description:
    'The identity of a public event, in the value of its message. Members that are absent have no value; null stands nowhere.',
  type: 'object',
  required: [
    ...['id', 'type', 'version', 'stream', 'streamId', 'revision', 'position', 'tenant', 'actor'],
    ...['occurredAt', 'recordedAt', 'visibility', 'correlation', 'data'],
  ],
  properties: {
    id: {
      description:
        'The event id, the same as ce_id: what to deduplicate by. The second public event of a stored one adds .2, and so on.',
      type: 'string',
      pattern: `${uuidPattern.source.slice(0, -1)}(\\.[1-9]\\d*)?$`,
    },
    type: { description: 'The name of the event, without context and version.', type: 'string' },
    version: { description: 'The version of the data.', type: 'integer', minimum: 1 },
    stream: { description: 'The kind of stream, <context>.<stream>.', type: 'string' },
    streamId: { ...uuid, description: 'The id of the stream, the same as the key of the message.' },
    revision: { ...opaque, description: 'The place of the event in its stream; to be compared for equality only.' },
    position: {
      ...opaque,
      description: 'The place of the event in its store: a later one compares greater as a string, within one store.',
    },
    tenant: { type: 'string', pattern: '^[a-z0-9]{3,32}$' },
    client: { ...uuid, description: 'The client that it is about, a stream engagements.client.' },
    engagement: { ...uuid, description: 'The engagement that it is about, a stream engagements.engagement.' },
    actor: {
      description: 'Who acted: an id, never a name.',
      type: 'object',
      required: ['id', 'kind'],
      properties: {
        id: { type: 'string', minLength: 1 },
        kind: { type: 'string', enum: ['person', 'connector', 'reaction', 'clock', 'system'] },
        onBehalfOf: { type: 'string', minLength: 1 },
      },
    },
    occurredAt: { ...instant, description: 'When it happened, the same as ce_time.' },
    occurredOn: {
      description: 'Where only the day is known: the day, and occurredAt is its first instant.',
      type: 'string',
      format: 'date',
    },
    zone: { description: 'The IANA time zone of occurredOn.', type: 'string', minLength: 1 },
    recordedAt: { ...instant, description: 'When the store recorded it.' },
    visibility: {
      description: 'internal: our side only; client: the client as well.',
      type: 'string',
      enum: ['internal', 'client'],
    },
    correlation: { ...opaque, description: 'The same for everything that one act led to.' },
    causation: { ...opaque, description: 'The id of the event that led to this one; absent where a person acted.' },
    imported: { description: 'Present where an import brought it.', const: true },
    data: { description: 'What happened; each type has a schema of its own.', type: 'object' },
  },
  dependentRequired: { occurredOn: ['zone'], zone: ['occurredOn'] },
}

const envelope: Readonly<Record<string, string>> = {
  v: 'The version of this envelope.',
  kid: 'The key that sealed it: person/<id> or engagement/<id>.',
  of: 'The event that it was sealed for, and where in its data (JSON Pointer).',
  iv: 'The initialisation vector, base64url.',
  ct: 'The encrypted value, base64url.',
  tag: 'The authentication tag, base64url.',
  digest: 'SHA-256 of what is encrypted, base64url; a random salt is in it, so equal values have other digests.',
}
function sealed(): Schema {
  const { $schema: _, ...made } = z.toJSONSchema(envelopeSchema, {
    override: ({ jsonSchema }) => plain(jsonSchema as Node),
  })
  const properties = Object.entries(made.properties ?? {}).map(([name, of]) => [
    name,
    described(of as Schema, envelope[name]),
  ])
  return {
    $schema,
    title: 'A sealed value',
    description:
      'A personal value, encrypted for its subject. Readers of topics have no key: join by ids, and count; do not look inside.',
    ...made,
    properties: Object.fromEntries(properties) as Schema,
  }
}

type Node = Record<string, unknown>
const described = (schema: Schema, description: string | undefined): Schema =>
  description === undefined ? schema : { description, ...schema }

/** Takes away what is ours and what would forbid a member that comes later. */
function plain(node: Node): void {
  for (const mark of ['ref', 'words', 'instant', 'date', 'zone', 'additionalProperties']) delete node[mark]
  if (node['prefixItems'] !== undefined)
    Object.assign(node, { items: false, minItems: (node['prefixItems'] as unknown[]).length })
}

function dataSchema(shape: Shape): Schema {
  const { $schema: _, ...made } = z.toJSONSchema(z.object(shape), {
    io: 'output',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const node = jsonSchema as Node
      const { ref, words, instant: isInstant, zone } = node
      const subject = subjects.get(zodSchema as unknown as z.ZodType)?.subject
      plain(node)
      // A comment is the place that the standard leaves; the compatibility check reads it.
      if (typeof ref === 'string')
        Object.assign(node, { description: `The id of a stream ${ref}.`, $comment: `ref ${ref}` })
      if (words !== undefined) node['description'] = codes(words as Readonly<Record<string, Words>>)
      if (isInstant === true) node['pattern'] = INSTANT
      if (zone === true) node['description'] = 'An IANA time zone.'
      if (subject === undefined) return
      for (const keyword of Object.keys(node)) delete node[keyword]
      Object.assign(node, { $ref: SEALED, description: `Sealed for ${subjectWords(subject)}.` })
    },
  })
  return made
}
const codes = (words: Readonly<Record<string, Words>>): string =>
  Object.entries(words)
    .map(([code, { en }]) => `${code}: ${en}`)
    .join('; ')
const subjectWords = (subject: Subject): string =>
  subject === 'engagement' ? 'the engagement' : subject === 'stream' ? 'its stream' : `the stream in ${subject.field}`

/** The value of a public event's message, as it stands on its topic. */
export const messageSchema = (event: AnyPublicEvent, comment?: string): Schema => ({
  $schema,
  title: `${event.type}, version ${event.version}`,
  ...(comment !== undefined && { description: comment }),
  type: 'object',
  allOf: [{ $ref: IDENTITY }],
  required: ['data'],
  properties: {
    stream: { const: event.stream },
    type: { const: event.type },
    version: { const: event.version },
    data: dataSchema(event.shape as Shape),
  },
})

/** Every schema of what stands on topics, by the name of its file; they name one another by it. */
export function schemas(): ReadonlyMap<string, Schema> {
  const said = comments()
  return new Map([
    [IDENTITY, identity],
    [SEALED, sealed()],
    [HEADERS, { $schema, title: 'The headers of every message', ...headers }],
    ...publicEvents.map((event) => [fileOf(event), messageSchema(event, said.get(nameOf(event)))] as const),
  ])
}
