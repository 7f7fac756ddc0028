import { createSecretKey, hash, randomBytes } from 'node:crypto'
import { mkdirSync, openSync, closeSync, fsyncSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { roles, tenantPattern, uuidPattern, uuidv7, type Role } from '@rapport/events'
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import { z } from 'zod'

/** Roles that a token can give; `system` is for the house itself. */
export const tokenRoles = roles.filter((role) => role !== 'system')
export type TokenRole = Exclude<Role, 'system'>

/** Who a token speaks for. `subject` is for the id of the actor only: it is stored and logged nowhere. */
export interface Caller {
  readonly issuer: string
  readonly tenant: string
  readonly subject: string
  readonly role: TokenRole
  /** The stakeholder that a client's token speaks for. */
  readonly stakeholder?: string
}
/** The one door for tokens: local ones now, OIDC access tokens later. */
export type Verify = (token: string) => Promise<Caller | { readonly refused: 'invalid' | 'expired' }>

const ISSUER = 'urn:rapport:local'
const AUDIENCE = 'rapport'
const ALGORITHM = 'HS256'
const KEY_BYTES = 32
/** Tokens that a process remembers as good, by their hashes. */
const REMEMBERED = 1_000

const claims = z.object({
  sub: z.string().min(1).max(255),
  tenant: z.string().regex(tenantPattern),
  role: z.enum(tokenRoles as [TokenRole, ...TokenRole[]]),
  stakeholder: z.string().regex(uuidPattern).optional(),
})

export interface Mint {
  readonly tenant: string
  readonly subject: string
  readonly role: TokenRole
  readonly stakeholder?: string | undefined
  /** Default 8. */
  readonly lifeHours?: number
}

/** Access tokens (at+jwt) signed with a key of this installation: how `rapport token` and a laptop's service trust each other. */
export function localTokens(bytes: Uint8Array, clock: () => Temporal.Instant = () => Temporal.Now.instant()) {
  if (bytes.length < KEY_BYTES) throw new TypeError(`The token key has fewer than ${KEY_BYTES} bytes.`)
  const key = createSecretKey(bytes)
  const date = () => new Date(clock().epochMilliseconds)
  // The same bytes under the same key are as good as before, within their time. A caller sends one token with every command.
  const remembered = new Map<string, { readonly caller: Caller; readonly from: number; readonly until: number }>()
  const recall = (name: string): Caller | undefined => {
    const known = remembered.get(name)
    const seconds = Math.floor(clock().epochMilliseconds / 1000)
    if (known !== undefined && known.from <= seconds && seconds < known.until) return known.caller
    remembered.delete(name)
    return undefined
  }
  const remember = (name: string, caller: Caller, { nbf = 0, exp }: JWTPayload): Caller => {
    if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value!)
    remembered.set(name, { caller, from: nbf, until: exp! })
    return caller
  }
  return {
    /** Rejects with a ZodError where tenant, role or stakeholder is none. */
    async mint({ tenant, subject, role, stakeholder, lifeHours = 8 }: Mint): Promise<string> {
      const { sub, ...rest } = claims.parse({
        sub: subject,
        tenant,
        role,
        ...(stakeholder !== undefined && { stakeholder }),
      })
      return new SignJWT({ ...rest, client_id: AUDIENCE })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(sub)
        .setJti(uuidv7())
        .setIssuedAt(date())
        .setExpirationTime(new Date(clock().epochMilliseconds + lifeHours * 3_600_000))
        .sign(key)
    },
    verify: (async (token) => {
      const name = hash('sha256', token)
      const known = recall(name)
      if (known !== undefined) return known
      if (!canonical(token)) return { refused: 'invalid' }
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: 'at+jwt',
          requiredClaims: ['exp', 'iat', 'sub'],
          currentDate: date(),
        })
        const parsed = claims.safeParse(payload)
        if (!parsed.success) return { refused: 'invalid' }
        const { sub, tenant, role, stakeholder } = parsed.data
        const caller = { issuer: ISSUER, subject: sub, tenant, role, ...(stakeholder !== undefined && { stakeholder }) }
        return remember(name, caller, payload)
      } catch (error) {
        return { refused: error instanceof errors.JWTExpired ? 'expired' : 'invalid' }
      }
    }) satisfies Verify,
  }
}

/** One token has one text: base64url leaves bits at a part's end that a lenient reader skips (RFC 4648 §3.5). */
const canonical = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)

/** The key of local tokens, from a file that only its owner can read; made where there is none. */
export function tokenKey(file: string): Uint8Array {
  mkdirSync(dirname(file), { recursive: true })
  try {
    const handle = openSync(file, 'wx', 0o600)
    writeSync(handle, randomBytes(KEY_BYTES).toString('base64url'))
    fsyncSync(handle)
    closeSync(handle)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new Error(`The token key can be read by others than its owner: chmod 600 ${file}`)
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')
  if (key.length < KEY_BYTES)
    throw new Error(`The token key is too short; remove it to have a new one made (old tokens end): ${file}`)
  return key
}
