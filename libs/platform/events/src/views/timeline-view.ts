import { logFolding, storedOf, type LogEntry } from '../folding.ts'
import type { Condition, Doc } from '../ports.ts'
import { begin, lang, order, pageOf, pageParams, pastParams, Remembered, told, uuid } from './asked.ts'
import { logSource } from './log-view.ts'
import { dayWords, Sentences, type Language } from './sentence.ts'
import type { View, ViewsDeps } from './view.ts'

/** The timeline: the log of an engagement in sentences. */
export function timelineView(deps: ViewsDeps): View {
  const remembered = new Remembered()
  const view: View = {
    name: 'timeline',
    summary: 'What happened in an engagement, as sentences grouped by day.',
    parameters: {
      engagement: uuid.describe('Id of the engagement.'),
      ...pastParams,
      lang,
      order: order.describe('By time; asc by default.'),
      ...pageParams,
    },
    at: ['list'],
    async ask(request) {
      const asked = await begin(deps, view, request)
      const { id, zone } = asked.engagement!
      const language: Language = (asked.params['lang'] as Language | undefined) ?? 'en'
      const byOccurred =
        asked.params['clock'] === 'occurred' || (asked.params['clock'] === undefined && asked.asOf === undefined)
      const { documents, collection } = await logSource(deps, asked, request, remembered)
      const where: Condition[] = [
        { field: 'scope', eq: id },
        ...(asked.audience === 'client' ? [{ field: 'visibility', eq: 'client' }] : []),
      ]
      const sort = {
        field: byOccurred ? 'moment' : 'at',
        direction: (asked.params['order'] as 'asc' | 'desc' | undefined) ?? 'asc',
      } as const
      const { items, cursor } = await pageOf(documents, collection, logFolding.name, asked, request.tenant, {
        where,
        sort,
      })
      const sentences = new Sentences(deps, { tenant: request.tenant, language, zone, asOf: asked.asOf })
      const days: { day: string; label: string; entries: Doc[] }[] = []
      for (const { id: event, doc } of items) {
        const entry = doc as LogEntry
        const day = dayOf(entry, byOccurred, zone)
        if (days.at(-1)?.day !== day)
          days.push({
            day,
            label: dayWords(day, language, 'full'),
            entries: [],
          })
        days.at(-1)!.entries.push(await entryFor(deps, sentences, event, entry))
      }
      return {
        body: {
          engagement: asked.engagement!,
          clock: byOccurred ? 'occurred' : 'recorded',
          language,
          days,
          ...(cursor !== undefined && { cursor }),
          ...told(deps, asked),
        } as unknown as Doc,
      }
    },
  }
  return view
}

async function entryFor(deps: ViewsDeps, sentences: Sentences, id: string, entry: LogEntry): Promise<Doc> {
  const event = deps.registry.read(storedOf(id, entry))
  const { sentence, texts } = await sentences.of(event)
  return {
    id,
    stream: event.kind,
    streamId: event.streamId,
    occurredAt: entry.effective,
    ...(entry.effectiveOn !== undefined && { occurredOn: entry.effectiveOn }),
    recordedAt: entry.recordedAt,
    visibility: entry.visibility,
    sentence,
    texts,
    ...(event.meta.late === true && { late: true }),
    ...(event.meta.import !== undefined && {
      source: event.meta.import.source,
      ...(event.meta.import.reference !== undefined && { reference: event.meta.import.reference }),
    }),
  }
}

const dayOf = (entry: LogEntry, byOccurred: boolean, zone: string): string =>
  byOccurred && entry.effectiveOn !== undefined
    ? entry.effectiveOn
    : Temporal.Instant.from(byOccurred ? entry.effective : entry.recorded)
        .toZonedDateTimeISO(zone)
        .toPlainDate()
        .toString()
