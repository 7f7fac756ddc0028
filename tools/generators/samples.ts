import { subjects, type Shape, type Words } from '@rapport/events'
import { z } from 'zod'
import { unwrap } from './fields.ts'

/** Stands for every text in a sample, so that a sentence that copies data into its template gives itself away. */
export const SAMPLE_TEXT = 'SAMPLE'
export const SAMPLE_ID = '0192f0c1-7b7a-7c3e-8b8a-1234567890ab'
export const SAMPLE_INSTANT = '2026-03-02T09:00:00.000Z'

type Candidate = unknown
/** Values that a field may have, as far as a sentence may turn on them: each code, true and false, there and absent. */
function candidates(schema: z.ZodType): readonly Candidate[] {
  const there = present(unwrap(schema))
  return schema.safeParse(undefined).success ? [...there, undefined] : there
}

function present(schema: z.ZodType): readonly Candidate[] {
  if (subjects.get(schema) !== undefined) return [{ sealed: SAMPLE_TEXT, toString: () => SAMPLE_TEXT }]
  if (schema instanceof z.ZodEnum) return schema.options
  if (schema instanceof z.ZodBoolean) return [true, false]
  if (schema instanceof z.ZodNumber) return [2]
  if (schema instanceof z.ZodArray) return [present(unwrap(schema.element as z.ZodType)).slice(0, 2)]
  if (schema instanceof z.ZodObject)
    return [Object.fromEntries(Object.entries(schema.shape as Shape).map(([n, s]) => [n, candidates(s)[0]]))]
  const meta = (schema.meta() ?? {}) as { ref?: string; instant?: true; date?: true }
  if (meta.ref !== undefined) return [SAMPLE_ID]
  if (meta.instant) return [SAMPLE_INSTANT]
  if (meta.date) return ['2026-03-02']
  return [SAMPLE_TEXT]
}

const MOST = 4096
/** Data of a shape in every combination that a sentence may turn on, up to a bound. */
export function samplesOf(shape: Shape): readonly Readonly<Record<string, unknown>>[] {
  let samples: Readonly<Record<string, unknown>>[] = [{}]
  for (const [name, schema] of Object.entries(shape)) {
    const values = candidates(schema)
    const some = samples.length * values.length > MOST ? values.slice(0, 1) : values
    samples = samples.flatMap((sample) =>
      some.map((value) => (value === undefined ? sample : { ...sample, [name]: value })),
    )
  }
  // Where every field is optional, an event has one of them at least.
  return samples.filter((sample) => Object.keys(sample).length > 0 || Object.keys(shape).length === 0)
}

/** Every wording that an event can have, each once. */
export function wordings(event: { readonly say: unknown; readonly shape: Shape }): readonly Words[] {
  if (typeof event.say !== 'function') return [event.say as Words]
  const say = event.say as (data: unknown) => Words
  const found = samplesOf(event.shape).map((data) => say(data))
  return [...new Map(found.map((words) => [JSON.stringify(words), words])).values()]
}
