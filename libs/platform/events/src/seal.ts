import { createCipheriv, createDecipheriv, hash, hkdfSync } from 'node:crypto'
import { z } from 'zod'
import { canonical } from './canonical.ts'
import { Corrupt } from './errors.ts'
import { subjects, type Erased, type Shape, type Subject } from './fields.ts'
import { freshBytes } from './ids.ts'
import { shortKind } from './names.ts'
import type { Json } from './ports.ts'

/** A personal value at rest (contracts.md §2): AES-256-GCM over the canonical `{salt, value}`, bound to tenant, event and path. */
export interface Envelope {
  readonly v: 1
  readonly kid: string
  readonly alg: 'A256GCM'
  /** Event id and JSON Pointer into `data` of the version written: part of the associated data, so a copy still opens. */
  readonly of: readonly [string, string]
  readonly iv: string
  readonly ct: string
  readonly tag: string
  /** SHA-256 of the plaintext, base64url: what a ledger leaf keeps after the key is gone. */
  readonly digest: string
}

const b64 = /^[A-Za-z0-9_-]+$/
export const envelopeSchema: z.ZodType<Envelope> = z.strictObject({
  v: z.literal(1),
  kid: z.string(),
  alg: z.literal('A256GCM'),
  of: z.tuple([z.string(), z.string()]),
  iv: z.string().regex(b64),
  ct: z.string().regex(b64),
  tag: z.string().regex(b64),
  digest: z.string().regex(b64),
}) as unknown as z.ZodType<Envelope>

export const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' &&
  value !== null &&
  (value as Envelope).alg === 'A256GCM' &&
  Array.isArray((value as Envelope).of)

const associated = (tenant: string, of: readonly [string, string]): Buffer =>
  Buffer.from(canonical([tenant, of[0], of[1]]), 'utf8')

export function sealValue(
  value: Json,
  at: { tenant: string; kid: string; key: Uint8Array; of: readonly [string, string] },
): Envelope {
  const plain = Buffer.from(canonical({ salt: freshBytes(32).toString('base64url'), value }), 'utf8')
  const iv = freshBytes(12)
  const cipher = createCipheriv('aes-256-gcm', at.key, iv)
  cipher.setAAD(associated(at.tenant, at.of))
  const ct = Buffer.concat([cipher.update(plain), cipher.final()])
  return {
    v: 1,
    kid: at.kid,
    alg: 'A256GCM',
    of: at.of,
    iv: iv.toString('base64url'),
    ct: ct.toString('base64url'),
    tag: cipher.getAuthTag().toString('base64url'),
    digest: hash('sha256', plain, 'base64url'),
  }
}

/** The value sealed in an envelope; {@link Corrupt} (`reason` names event and path) when key, text, tag, digest and place do not belong together. */
export function openValue(envelope: Envelope, tenant: string, key: Uint8Array): Json {
  let plain: Buffer
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(envelope.iv, 'base64url'), { authTagLength: 16 })
    cipher.setAAD(associated(tenant, envelope.of))
    cipher.setAuthTag(Buffer.from(envelope.tag, 'base64url'))
    plain = Buffer.concat([cipher.update(Buffer.from(envelope.ct, 'base64url')), cipher.final()])
  } catch {
    throw new Corrupt(`The personal field ${envelope.of[1]} of event ${envelope.of[0]} does not open.`, {
      of: envelope.of,
    })
  }
  if (hash('sha256', plain, 'base64url') !== envelope.digest)
    throw new Corrupt(`The personal field ${envelope.of[1]} of event ${envelope.of[0]} has another digest.`, {
      of: envelope.of,
    })
  return (JSON.parse(plain.toString('utf8')) as { value: Json }).value
}

/** SHA-256('kc' ‖ key), hex: kept when the key is destroyed. */
export const keyCommitment = (key: Uint8Array): string => hash('sha256', Buffer.concat([Buffer.from('kc'), key]), 'hex')

/** The key of fingerprints and payload HMACs over personal content: it dies with the subjects' keys (contracts.md §11). */
export const fingerprintKey = (idKey: Uint8Array, keys: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', Buffer.concat([idKey, ...keys]), new Uint8Array(), 'fingerprint', 32))

// ── where the personal fields of a shape stand ─────────────────────────────────────────────────────────────────────

/** Whose key seals a value: by name, or the stream of this kind whose id stands in a field of the same object. */
export type Whose = 'engagement' | 'stream' | { readonly field: string; readonly kind: string }

type Plan =
  | { readonly kind: 'sealed'; readonly whose: Whose }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Plan])[] }
  | { readonly kind: 'array'; readonly element: Plan }

function whoseOf(subject: Subject, beside: Shape): Whose {
  if (typeof subject === 'string') return subject
  let named = beside[subject.field]
  while (named instanceof z.ZodOptional) named = named.unwrap() as z.ZodType
  const kind = (named?.meta() as { ref?: string } | undefined)?.ref
  if (kind === undefined) throw new TypeError(`A personal field names ${subject.field}, which is no ref beside it.`)
  return { field: subject.field, kind: shortKind(kind) }
}

function planOf(schema: z.ZodType, beside: Shape = {}): Plan | undefined {
  const marked = subjects.get(schema)
  if (marked !== undefined) return { kind: 'sealed', whose: whoseOf(marked.subject, beside) }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return planOf(schema.unwrap() as z.ZodType, beside)
  if (schema instanceof z.ZodArray) {
    const element = planOf(schema.element as z.ZodType, beside)
    return element && { kind: 'array', element }
  }
  if (schema instanceof z.ZodObject) return objectPlan(schema.shape as Shape)
  if (schema instanceof z.ZodUnion) {
    if ((schema.options as z.ZodType[]).some(holdsPersonal))
      throw new TypeError('A personal field cannot stand in a union: put it beside it.')
  }
  return undefined
}

function objectPlan(shape: Shape): Plan | undefined {
  const members = Object.entries(shape).flatMap(([name, schema]) => {
    const plan = planOf(schema, shape)
    return plan === undefined ? [] : [[name, plan] as const]
  })
  return members.length === 0 ? undefined : { kind: 'object', members }
}

function holdsPersonal(schema: z.ZodType): boolean {
  if (subjects.get(schema) !== undefined) return true
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return holdsPersonal(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodArray) return holdsPersonal(schema.element as z.ZodType)
  if (schema instanceof z.ZodObject) return Object.values(schema.shape as Shape).some(holdsPersonal)
  return schema instanceof z.ZodUnion && (schema.options as z.ZodType[]).some(holdsPersonal)
}

/** The same schema with envelopes where the personal fields are: what a stored event must be. */
export function storedSchema(schema: z.ZodType): z.ZodType {
  if (subjects.get(schema) !== undefined) return envelopeSchema
  if (schema instanceof z.ZodOptional) return storedSchema(schema.unwrap() as z.ZodType).optional()
  if (schema instanceof z.ZodArray && holdsPersonal(schema)) return z.array(storedSchema(schema.element as z.ZodType))
  if (schema instanceof z.ZodObject && holdsPersonal(schema))
    return z.strictObject(
      Object.fromEntries(Object.entries(schema.shape as Shape).map(([n, s]) => [n, storedSchema(s)])),
    )
  return schema
}

const pointer = (path: string, name: string | number): string =>
  `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Calls `each` for every personal value of `data` that the shape marks, and answers `data` with the answers in their place. */
export function mapPersonal(
  shape: Shape,
  data: Json,
  each: (value: Json, whose: Whose, path: string, parent: Readonly<Record<string, Json>>) => Json,
): Json {
  const walk = (plan: Plan, value: Json, path: string, parent: Readonly<Record<string, Json>>): Json => {
    if (value === undefined || value === null) return value
    if (plan.kind === 'sealed') return each(value, plan.whose, path, parent)
    if (plan.kind === 'array')
      return (value as Json[]).map((item, i) => walk(plan.element, item, pointer(path, i), parent))
    const object = value as Record<string, Json>
    const copy = { ...object }
    for (const [name, inner] of plan.members)
      if (object[name] !== undefined) copy[name] = walk(inner, object[name], pointer(path, name), object)
    return copy
  }
  const plan = planFor(shape)
  return plan === undefined ? data : walk(plan, data, '', data as Record<string, Json>)
}

const plans = new WeakMap<Shape, Plan | 'none'>()
function planFor(shape: Shape): Plan | undefined {
  let plan = plans.get(shape)
  if (plan === undefined) {
    plan = objectPlan(shape) ?? 'none'
    plans.set(shape, plan)
  }
  return plan === 'none' ? undefined : plan
}
export const hasPersonal = (shape: Shape): boolean => planFor(shape) !== undefined

/** Every envelope within a JSON value, wherever it was copied to. */
export function* envelopesIn(value: unknown): Generator<Envelope> {
  if (isEnvelope(value)) yield value
  else if (Array.isArray(value)) for (const item of value) yield* envelopesIn(item)
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* envelopesIn(item)
}

/** A copy in which every envelope is replaced; parts without one are shared, not copied. */
export function mapEnvelopes<T>(value: T, replace: (envelope: Envelope) => Json | Erased): unknown {
  if (isEnvelope(value)) return replace(value)
  if (Array.isArray(value)) {
    let changed = false
    const copy = value.map((item: unknown) => {
      const next = mapEnvelopes(item, replace)
      changed ||= next !== item
      return next
    })
    return changed ? copy : value
  }
  if (typeof value !== 'object' || value === null) return value
  let copy: Record<string, unknown> | undefined
  for (const [name, item] of Object.entries(value as Record<string, unknown>)) {
    const next = mapEnvelopes(item, replace)
    if (next !== item) (copy ??= { ...(value as Record<string, unknown>) })[name] = next
  }
  return copy ?? value
}
