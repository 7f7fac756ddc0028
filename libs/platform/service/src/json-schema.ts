import { subjects } from '@rapport/events'
import { z } from 'zod'

export type JsonSchema = Readonly<Record<string, unknown>>

/** The JSON Schema of what a schema takes; marks of ours become `x-…`, words of a choice its description. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema: node }) {
      const marked = node as Record<string, unknown>
      const { ref, words } = marked
      for (const mark of ['ref', 'words', 'instant', 'date', 'zone']) delete marked[mark]
      if (typeof ref === 'string') marked['x-ref'] = ref
      if (typeof words === 'object' && words !== null)
        marked['description'] = Object.entries(words as Record<string, { en: string; zh: string }>)
          .map(([code, { en, zh }]) => `${code}: ${en} / ${zh}`)
          .join('; ')
      const personal = subjects.get(zodSchema as unknown as z.ZodType)
      if (personal !== undefined) marked['x-personal'] = personal.subject
    },
  })
  return made
}
