import { z } from 'zod'
import type { Shape } from '../fields.ts'
import type { Measures } from '../measures.ts'
import type { Doc } from '../ports.ts'
import { instantText, parseDate, parseInstant, dayStart } from '../time.ts'
import { RapportError } from '../errors.ts'
import { begin, lang, pastParams, told, uuid } from './asked.ts'
import { inLanguage, type Language } from './sentence.ts'
import { viewCodes, type View, type ViewsDeps } from './view.ts'

const moment = (words: string) =>
  z
    .string()
    .refine((text) => parseInstant(text) !== undefined || parseDate(text) !== undefined, 'must be an instant or a date')
    .optional()
    .describe(words)

/** The measures of an engagement over a period: each with n, its version, and the events behind it. */
export function measuresView(deps: ViewsDeps, measures: Measures): View {
  const parameters: Shape = {
    engagement: uuid.describe('Id of the engagement.'),
    from: moment(
      'Beginning of the period: an instant, or a date of the engagement’s zone; by default 28 days before its end.',
    ),
    to: moment('End of the period, not included; by default the moment that is asked as of, else now.'),
    measure: z.string().max(100).optional().describe('Only this one.'),
    lang,
    ...pastParams,
  }
  const view: View = {
    name: 'measures',
    summary: 'The measures of an engagement over a period, each with n and the events behind it.',
    parameters,
    at: ['list'],
    async ask(request) {
      const asked = await begin(deps, view, request)
      const { id, zone } = asked.engagement!
      const language = (asked.params['lang'] as Language | undefined) ?? 'en'
      const at = (text: string) => parseInstant(text) ?? dayStart(text, zone)
      const to = asked.params['to'] === undefined ? (asked.asOf?.before ?? measures.now()) : at(asked.params['to'])
      const from =
        asked.params['from'] === undefined
          ? instantText(Temporal.Instant.from(to).subtract({ hours: 28 * 24 }))
          : at(asked.params['from'])
      if (from >= to)
        throw new RapportError('invalid-query', viewCodes['invalid-query'], {
          errors: [{ parameter: 'from', detail: 'must be before to' }],
        })
      const all = measures.all.filter((m) =>
        Object.values(m.models).every((model) => model.audience.includes(asked.audience)),
      )
      const wanted = all.filter((m) => asked.params['measure'] === undefined || m.name === asked.params['measure'])
      const figures = await measures.ask(
        request.tenant,
        id,
        { measures: wanted.map((m) => m.name), from, to, audience: asked.audience },
        asked.asOf,
      )
      const items = wanted.map((m) => ({ ...figures[m.name]!, words: inLanguage(m.words, language), unit: m.unit }))
      return { body: { items, from, to, ...told(deps, asked) } as unknown as Doc }
    },
  }
  return view
}
