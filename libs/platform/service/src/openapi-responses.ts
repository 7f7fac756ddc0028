import type { AnyDecision } from '@rapport/events'
import { commandCodes, platformErrors, type PlatformCode } from './error-list.ts'
import { statusOf } from './problems.ts'

export type Node = Readonly<Record<string, unknown>>
type Words = readonly (readonly [code: string, words: string])[]

export const reference = (kind: string, name: string): Node => ({ $ref: `#/components/${kind}/${name}` })
const wordsOf = (codes: readonly PlatformCode[]): Words => codes.map((code) => [code, platformErrors[code].words])
const byStatus = (codes: readonly PlatformCode[]) => Map.groupBy(codes, (code) => statusOf(code))

/** Responses that all commands, or all views, have in common: one a status. */
export const sharedResponses = (name: string, codes: readonly PlatformCode[]): Node =>
  Object.fromEntries(
    [...byStatus(codes)].map(([status, list]) => [`${name}${status}`, problemResponse(status, wordsOf(list))]),
  )
export const problemReferences = (name: string, codes: readonly PlatformCode[]): Node =>
  Object.fromEntries([...byStatus(codes).keys()].map((status) => [status, reference('responses', `${name}${status}`)]))

/** The one status that differs by decision: its own refusals. */
export const conflictResponse = (decision: AnyDecision): Node =>
  problemResponse(409, [
    ...wordsOf(commandCodes.filter((code) => statusOf(code) === 409)),
    ...Object.entries(decision.errors as Readonly<Record<string, string>>),
  ])

/** The answer with a status: each code that has it, in words and as an example. */
const problemResponse = (status: number, codes: Words): Node => ({
  description: codes.map(([code, words]) => `\`${code}\`: ${words}`).join('\n\n'),
  ...(status === 503 && { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } } }),
  content: {
    'application/problem+json': {
      schema: reference('schemas', 'Problem'),
      examples: Object.fromEntries(
        codes.map(([code, title]) => [code, { value: { type: `urn:rapport:error:${code}`, title, status, code } }]),
      ),
    },
  },
})
