import { idHmac, uuidv8, type Acting, type KeyRing } from '@rapport/events'
import type { FastifyRequest } from 'fastify'
import { EdgeRefusal } from './problems.ts'
import type { Caller, Verify } from './tokens.ts'

/** Who makes a request. The tenant comes from the verified token and from nowhere else. */
export interface Requester {
  readonly tenant: string
  readonly actor: Acting
}

/** The actor's id follows from issuer and subject, under the tenant's key: the raw subject is kept nowhere (contracts.md §11). */
export async function requesterOf(caller: Caller, keys: Pick<KeyRing, 'secrets'>): Promise<Requester> {
  const { tenant, issuer, subject, role, stakeholder } = caller
  const { idKey } = await keys.secrets(tenant)
  const id = uuidv8('actor', tenant, idHmac(idKey, 'subject', issuer, subject))
  return { tenant, actor: { id, kind: 'person', role, ...(stakeholder !== undefined && { stakeholder }) } }
}

/** Who makes the request with this Authorization header; an {@link EdgeRefusal} where nobody that is known. */
export async function authenticate(
  header: string | undefined,
  verify: Verify,
  keys: Pick<KeyRing, 'secrets'>,
): Promise<Requester> {
  if (header === undefined) throw new EdgeRefusal('no-token')
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1]
  if (token === undefined) throw new EdgeRefusal('invalid-token')
  const caller = await verify(token)
  if ('refused' in caller) throw new EdgeRefusal(caller.refused === 'expired' ? 'token-expired' : 'invalid-token')
  return requesterOf(caller, keys)
}

const requesters = new WeakMap<FastifyRequest, Requester>()
export const setRequester = (request: FastifyRequest, requester: Requester): void =>
  void requesters.set(request, requester)
export const requesterIn = (request: FastifyRequest): Requester | undefined => requesters.get(request)
export function requester(request: FastifyRequest): Requester {
  const found = requesters.get(request)
  if (found === undefined) throw new EdgeRefusal('no-token')
  return found
}
