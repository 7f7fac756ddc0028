import { messagesOf, type Message } from '@rapport/events'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { goldens } from '../../checks/corpus/fixtures.ts'
import { registry } from '../house.ts'
import type { Schema } from './schemas.ts'

/** What stands on the topics of every event that some release recorded, by its fixture. */
export const published: readonly { readonly path: string; readonly message: Message }[] = goldens(registry).flatMap(
  ({ path, events }) =>
    messagesOf(registry, events.at(-1)!, 'urn:rapport:fixtures').map((message) => ({ path, message })),
)

/** A validator in strict mode that knows the schemas by the names of their files. */
export function validator(schemas: ReadonlyMap<string, Schema>): Ajv2020.default {
  const ajv = new Ajv2020.default({ strict: true, allErrors: true })
  addFormats.default(ajv)
  for (const [name, schema] of schemas) ajv.addSchema(schema, name)
  return ajv
}
/** The name of the schema of a message, from its headers as a reader of topics has them. */
export function schemaNameOf({ stream, headers }: Message): string {
  const [, , type, version] = headers['ce_type']!.split('.')
  return `${stream}.${type}.${version}.schema.json`
}
