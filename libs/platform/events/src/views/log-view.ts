import { foldLogAsOf } from '../as-of.ts'
import { Refusal } from '../errors.ts'
import { logFolding, type LogEntry } from '../folding.ts'
import type { Condition, Documents } from '../ports.ts'
import { begin, pageOf, pageParams, pastParams, Remembered, told, uuid, type Asked } from './asked.ts'
import { viewCodes, type Ask, type View, type ViewsDeps } from './view.ts'

/** The log: every stored event, sealed. */
export function logView(deps: ViewsDeps): View {
  const remembered = new Remembered()
  const view: View = {
    name: 'log',
    summary: 'Every stored event as it is stored, personal fields sealed, in recorded order.',
    parameters: {
      engagement: uuid.optional().describe('Only events of this engagement.'),
      ...pastParams,
      ...pageParams,
    },
    at: ['list'],
    async ask(request) {
      if (request.actor.role === 'client') throw new Refusal('forbidden', viewCodes.forbidden)
      const asked = await begin(deps, view, request)
      const { documents, collection } = await logSource(deps, asked, request, remembered)
      const where: Condition[] = asked.engagement === undefined ? [] : [{ field: 'scope', eq: asked.engagement.id }]
      const { items, cursor } = await pageOf(documents, collection, logFolding.name, asked, request.tenant, {
        where,
        sort: { field: 'at', direction: 'asc' },
      })
      const events = items.map(({ id, doc }) => {
        const { stream, revision, type, at, recorded, effective, recordedAt, metadata, data } = doc as LogEntry
        return {
          id,
          stream,
          revision: String(revision),
          position: at,
          type,
          recordedAt,
          recorded,
          effective,
          metadata,
          data,
        }
      })
      return { body: { items: events, ...(cursor !== undefined && { cursor }), ...told(deps, asked) } }
    },
  }
  return view
}

export async function logSource(
  deps: ViewsDeps,
  asked: Asked,
  request: Ask,
  remembered: Remembered,
): Promise<{ readonly documents: Documents; readonly collection: string }> {
  if (asked.asOf === undefined) return { documents: deps.documents, collection: asked.past.log }
  const key = JSON.stringify([request.tenant, asked.engagement?.id, asked.asOf, deps.projection.lag().reached])
  const documents = await remembered.get(key, () =>
    foldLogAsOf(asked.past, asked.engagement && [asked.engagement.id], asked.asOf!),
  )
  return { documents, collection: logFolding.name }
}
