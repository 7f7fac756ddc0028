import type { Plain } from '../yaml.ts'

const header = (description: string, more: { readonly [keyword: string]: Plain } = {}): Plain => ({
  description,
  type: 'string',
  ...more,
})
const uuid = { format: 'uuid' }
const instant = { format: 'date-time' }

/** The headers of every message: the attributes of CloudEvents 1.0 in binary mode. What a stored event lacks has no header. */
export const headers = {
  type: 'object',
  required: [
    ...['ce_specversion', 'ce_type', 'ce_source', 'ce_id', 'ce_time', 'ce_tenant', 'ce_recordedtime'],
    ...['ce_revision', 'ce_position', 'ce_correlationid', 'content-type'],
  ],
  properties: {
    ce_specversion: header('The version of CloudEvents.', { const: '1.0' }),
    ce_type: header('rapport.<context>.<type>.v<version>'),
    ce_source: header('The store that the event comes from.', { format: 'uri-reference' }),
    ce_id: header('The event id: what to deduplicate by.'),
    ce_time: header('When it happened.', instant),
    ce_tenant: header('The tenant.'),
    ce_engagementid: header('The engagement, where it is about one.', uuid),
    ce_clientid: header('The client, where it is about one.', uuid),
    ce_recordedtime: header('When the store recorded it.', instant),
    ce_revision: header('The place of the event in its stream.'),
    ce_position: header('The place of the event in its store.'),
    ce_correlationid: header('The same for everything that one act led to.'),
    ce_causationid: header('The event that led to this one, where one did.'),
    'content-type': header('The form of the value.', { const: 'application/json' }),
  },
} satisfies Plain
