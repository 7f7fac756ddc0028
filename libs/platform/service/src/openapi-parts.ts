import { platformErrors } from './error-list.ts'

/** Parts of the OpenAPI document that are the same for everybody. */
export const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: 200 },
    description:
      'Names the command: sent again with the same body it is answered as the first time, with another body it is refused.',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    schema: { type: 'string' },
    description: 'The ETag that the command rests on, `"<revision>"`.',
  },
  WaitFor: {
    name: 'wait-for',
    in: 'header',
    required: false,
    schema: { type: 'string' },
    description: 'The position of a command: the view answers once it has folded it.',
  },
}
export const commandAnswer = {
  type: 'object',
  required: ['id', 'revision', 'position', 'events'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    revision: { type: 'string', description: 'Opaque.' },
    position: { type: 'string', description: 'Opaque; for wait-for.' },
    events: { type: 'integer', description: 'How many events the command recorded.' },
    replayed: { type: 'boolean', const: true, description: 'It had been recorded before.' },
  },
}
export const problemSchema = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: {
      type: 'string',
      description: `Stable: one of the platform’s (${Object.keys(platformErrors).join(', ')}) or of the decision’s own.`,
    },
    detail: { type: 'string' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'A JSON Pointer into the body.' },
          parameter: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
    details: { type: 'object' },
  },
}
