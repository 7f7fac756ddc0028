import type { Recipe } from './desk.fixture.ts'

const path = (name: string): string => `/api/operations/${name}`
const mapping = (n: number): string => `
mapping: 1
source: desk${n}
context: communication
format: csv
zone: Europe/Berlin
dates: ['yyyy-MM-dd']
key: [Id]
engagement: { key: [Team], client: City, name: '{Team}', manager: { name: Desk }, zone: Europe/Berlin, start: 2026-01-01, reference: '{Team}' }
facts:
  - name: contact
    as: interaction
    occurredAt: { column: Day }
    fields: { direction: { const: inbound }, channel: { const: phone }, summary: { template: '{Text|nothing}' } }
`

/** What looks after the whole installation, and the more there is the longer: asked first, and seldom. */
export const heavy: ReadonlySet<string> = new Set([path('rebuild'), path('backup'), path('doctor')])

/** Operations; `scratch` names a folder that does not exist yet. */
export const operationRecipes = (scratch: () => string): Readonly<Record<string, Recipe>> => ({
  async [path('import-begin')](desk) {
    const body = { context: 'communication', mapping: mapping(desk.count % 5), dryRun: desk.chance(0.5) }
    return {
      path: path('import-begin'),
      as: await desk.as('pm'),
      body,
      done: ({ import: id }) => desk.put('import.session', { id: id as string }),
    }
  },
  async [path('import-rows')](desk) {
    // The process keeps few of them open.
    const { id } = await desk.fresh('import.session', path('import-begin'))
    const row = [
      ['Id', String(desk.count)],
      ['Team', desk.pick(['Roads', 'Parks'])],
      ['Day', '2026-02-03'],
      ['Text', desk.unique('A pothole')],
    ]
    return { path: path('import-rows'), as: await desk.as('pm'), body: { import: id, rows: [row] } }
  },
  async [path('import-end')](desk) {
    const { id } = await desk.fresh('import.session', path('import-begin'))
    return {
      path: path('import-end'),
      as: await desk.as('pm'),
      body: { import: id, counts: { rows: 1, recorded: 1, unchanged: 0, rejected: 0 } },
    }
  },
  [path('dlq-list')]: async (desk) => ({ path: path('dlq-list'), as: await desk.as('operator'), body: {} }),
  [path('dlq-retry')]: async (desk) => ({
    path: path('dlq-retry'),
    as: await desk.as('admin'),
    body: desk.chance(0.5) ? {} : { reaction: 'when-minutes-hold-an-action-assign-it', key: desk.unique('key') },
  }),
  [path('dlq-drop')]: async (desk) => ({
    path: path('dlq-drop'),
    as: await desk.as('operator'),
    body: { reaction: 'when-minutes-hold-an-action-assign-it', key: desk.unique('key'), reason: 'No longer needed' },
  }),
  [path('reactions-refused')]: async (desk) => ({
    path: path('reactions-refused'),
    as: await desk.as('auditor'),
    body: {},
  }),
  [path('relay-list')]: async (desk) => ({ path: path('relay-list'), as: await desk.as('operator'), body: {} }),
  [path('relay-resend')]: async (desk) => ({
    path: path('relay-resend'),
    as: await desk.as('operator'),
    body: { context: desk.pick(['engagements', 'communication']) },
  }),
  [path('rebuild')]: async (desk) => ({
    path: path('rebuild'),
    as: await desk.as('operator'),
    body: desk.chance(0.2) ? {} : { model: desk.pick(['log', 'timeline', 'persons', 'meetings', 'contacts']) },
  }),
  [path('backup')]: async (desk) => ({
    path: path('backup'),
    as: await desk.as('operator'),
    body: { dir: scratch(), keys: scratch() },
  }),
  [path('doctor')]: async (desk) => ({ path: path('doctor'), as: await desk.as('operator'), body: {} }),
})
