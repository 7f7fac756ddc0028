import { hash } from 'node:crypto'
import { subjects, type AnyDecision, type Shape } from '@rapport/events'
import { z } from 'zod'
import { unwrap } from '../../generators/fields.ts'

/** A whole number from 0 to `n - 1` that follows from the key alone, so that one choice more moves no other. */
export const chance = (key: string, n: number): number => Number.parseInt(hash('sha256', key).slice(0, 12), 16) % n
export const pick = <T>(key: string, from: readonly T[]): T | undefined => from[chance(key, Math.max(from.length, 1))]

const texts = [
  'Go-live moves by one week.',
  '周三确认了迁移计划。',
  'Zoë’s note — 3 % “done” 🚦',
  'Second line:\nsee the plan.',
]
const zones = ['Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'UTC']

/** Ids of the streams of a kind that stand so far. */
export type Known = (kind: string) => readonly string[]

/** A command made of its example: references name what stands and, where it varies, every field is another one. */
export function commandFor(
  { command, example }: AnyDecision,
  known: Known,
  key: string,
  vary: boolean,
): Record<string, unknown> {
  const fields = Object.entries(command as Shape).map(([name, schema]) => {
    const given = withReferences(schema, (example as Record<string, unknown>)[name], known, `${key}/${name}`)
    const other = vary ? varied(schema, given, known, `${key}/${name}`) : given
    return [name, schema.safeParse(other).success ? other : given] as const
  })
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}

const referred = (schema: z.ZodType): string | undefined => (schema.meta() as { ref?: string } | undefined)?.ref

function withReferences(schema: z.ZodType, value: unknown, known: Known, key: string): unknown {
  const bare = unwrap(schema)
  const kind = referred(bare)
  if (value === undefined) return undefined
  if (kind !== undefined) return pick(`${key}/ref`, known(kind)) ?? value
  if (bare instanceof z.ZodArray && Array.isArray(value))
    return value.map((item, n) => withReferences(bare.element as z.ZodType, item, known, `${key}/${n}`))
  return value
}

function varied(schema: z.ZodType, given: unknown, known: Known, key: string): unknown {
  if (schema instanceof z.ZodOptional && chance(`${key}/absent`, 3) === 0) return undefined
  const bare = unwrap(schema)
  const kind = referred(bare)
  if (kind !== undefined) return pick(`${key}/other`, known(kind)) ?? given
  if (bare instanceof z.ZodEnum) return pick(key, bare.options)
  if (bare instanceof z.ZodBoolean) return chance(key, 2) === 1
  if (bare instanceof z.ZodArray)
    return Array.from({ length: chance(`${key}/length`, 3) }, (_, n) =>
      varied(bare.element as z.ZodType, Array.isArray(given) ? given[0] : undefined, known, `${key}/${n}`),
    )
  const json = z.toJSONSchema(bare, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
  if (json['instant'] === true) return `2026-02-${String(1 + chance(key, 28)).padStart(2, '0')}T10:15:00.000Z`
  if (json['date'] === true) return `2026-0${1 + chance(key, 9)}-15`
  if (json['zone'] === true) return pick(key, zones)
  if (json['type'] === 'integer') return Number(json['minimum']) + chance(key, Math.min(Number(json['maximum']), 100))
  if (typeof given === 'string' && given.includes('@')) return `${chance(key, 20)}.${given}`
  // Any other pattern is met by what is given.
  if (json['type'] !== 'string' || json['pattern'] !== undefined) return given
  const name = `${String(given ?? pick(key, texts))} ${chance(`${key}/n`, 50)}`
  return subjects.get(bare) === undefined && chance(`${key}/kind`, 2) === 0 ? name : (pick(key, texts) ?? given)
}
