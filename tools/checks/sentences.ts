import type { Shape } from '@rapport/events'
import { SAMPLE_ID, SAMPLE_INSTANT, SAMPLE_TEXT, wordings } from '../generators/samples.ts'

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i, 'an id'],
  [/\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?/, 'an ISO stamp'],
  [/\b[a-z][a-z-]*\.[a-z][a-z-]*\b(?=[^.]*$)/, 'the name of a stream'],
  [/TODO/, 'TODO'],
  [/undefined|null|NaN|\[object|\$\{/, 'a piece of code'],
]

/** What is wrong with the wordings of an event; `types` are the names of all events. */
export function sentenceProblems(
  event: { readonly say: unknown; readonly shape: Shape },
  types: readonly string[],
): readonly string[] {
  const problems = new Set<string>()
  for (const words of wordings(event)) {
    if (fieldsIn(words.en) !== fieldsIn(words.zh)) problems.add(`names other fields in each language: "${words.en}"`)
    for (const language of ['en', 'zh'] as const) {
      const text = words[language]
      if (typeof text !== 'string' || text.trim() === '') {
        problems.add(`has no sentence in ${language}`)
        continue
      }
      const say = (what: string): void => void problems.add(`says ${what} in ${language}: "${text}"`)
      for (const [, field] of text.matchAll(/\{([^{}]*)\}/g))
        if (field !== 'self' && !(field! in event.shape)) say(`{${field}}, which is no field of it,`)
      const plain = text.replaceAll(/\{[^{}]*\}/g, '')
      if (/[{}]/.test(plain)) say('a brace that closes nothing')
      for (const type of types) if (plain.includes(type)) say(`the type ${type}`)
      for (const sample of [SAMPLE_ID, SAMPLE_INSTANT, SAMPLE_TEXT])
        if (plain.includes(sample)) say('data in the template itself instead of {field}')
      for (const [pattern, what] of forbidden) if (pattern.test(plain)) say(what)
      if (language === 'zh' && !/\p{Script=Han}/u.test(plain)) say('nothing in Chinese')
      if (text !== text.trim()) say('white space at an end')
      if (/[:：,，;；]$/.test(text.trim())) say('something that goes on and does not')
    }
  }
  return [...problems]
}

const fieldsIn = (text = ''): string =>
  [...text.matchAll(/\{[^{}]*\}/g)]
    .map(([field]) => field)
    .sort()
    .join()
