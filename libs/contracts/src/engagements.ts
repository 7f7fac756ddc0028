import {
  choice,
  date,
  fact,
  mail,
  onEvent,
  personal,
  publicEvent,
  ref,
  text,
  uuidv8,
  whole,
  zone,
  fieldLimits,
} from '@rapport/events'
import type { Acting, Asked, Occurred, Ref, Scope } from '@rapport/events'
import { z } from 'zod'

// ── client ────────────────────────────────────────────────────────────────────────────────────────────────────────
/** The organisation that we work for. Its name is no personal data: a natural person is a person, and a stakeholder. */
export const ClientRegistered = publicEvent('engagements.client', 'ClientRegistered', 1, {
  name: text(fieldLimits.name),
})
export const ClientRenamed = publicEvent('engagements.client', 'ClientRenamed', 1, { name: text(fieldLimits.name) })
/** No free text: a client has no key that could seal one. */
export const retirement = choice({
  'no-more-work': { en: 'there is no more work', zh: '不再有合作' },
  dissolved: { en: 'it was dissolved', zh: '该组织已解散' },
  'taken-over': { en: 'it was taken over', zh: '该组织已被并购' },
  duplicate: { en: 'it was registered twice', zh: '重复登记' },
})
export const ClientRetired = publicEvent('engagements.client', 'ClientRetired', 1, { reason: retirement })

export const clientFact = fact('engagements.client', { name: '', retired: false }, [
  onEvent(ClientRegistered, (s, e) => ({ ...s, name: e.name })),
  onEvent(ClientRenamed, (s, e) => ({ ...s, name: e.name })),
  onEvent(ClientRetired, (s) => ({ ...s, retired: true })),
])

// ── person ────────────────────────────────────────────────────────────────────────────────────────────────────────
/** A natural person, the subject of personal data, known once in a tenant whatever roles it has. */
export const PersonRegistered = publicEvent('engagements.person', 'PersonRegistered', 1, {
  name: personal('stream', text(fieldLimits.name)),
  mail: personal('stream', mail()).optional(),
})
export const PersonCorrected = publicEvent('engagements.person', 'PersonCorrected', 1, {
  name: personal('stream', text(fieldLimits.name)).optional(),
  mail: personal('stream', mail()).optional(),
})
export const PersonMerged = publicEvent('engagements.person', 'PersonMerged', 1, { into: ref('engagements.person') })
/** Of two records that were merged into each other at the same moment one goes on: the merge of that one is taken back. */
export const PersonMergeReversed = publicEvent('engagements.person', 'PersonMergeReversed', 1, {
  into: ref('engagements.person'),
})
/** Why a person's data may be destroyed: GDPR article 17 (1). */
export const erasureBasis = choice({
  'no-longer-needed': { en: 'no longer needed', zh: '不再需要' },
  'consent-withdrawn': { en: 'consent withdrawn', zh: '撤回同意' },
  objection: { en: 'objection', zh: '反对处理' },
  unlawful: { en: 'unlawful processing', zh: '违法处理' },
  'legal-obligation': { en: 'legal obligation', zh: '法律义务' },
})
export const PersonErasureRequested = publicEvent('engagements.person', 'PersonErasureRequested', 1, {
  basis: erasureBasis,
})
/** `merged` are records of the same person, which are erased with this one. */
export const PersonErased = publicEvent('engagements.person', 'PersonErased', 1, {
  basis: erasureBasis,
  merged: z.array(ref('engagements.person')).min(1).max(1000).optional(),
})

export const personFact = fact(
  'engagements.person',
  {
    erased: false,
    basis: undefined as z.output<typeof erasureBasis> | undefined,
    mergedInto: undefined as Ref<'engagements.person'> | undefined,
  },
  [
    onEvent(PersonMerged, (s, e) => ({ ...s, mergedInto: e.into })),
    onEvent(PersonMergeReversed, (s) => ({ ...s, mergedInto: undefined })),
    onEvent(PersonErased, (s, e) => ({ ...s, erased: true, basis: e.basis })),
  ],
)

// ── engagement ────────────────────────────────────────────────────────────────────────────────────────────────────
/** One project for one client. */
export const EngagementOpened = publicEvent('engagements.engagement', 'EngagementOpened', 1, {
  client: ref('engagements.client'),
  name: text(fieldLimits.name),
  manager: ref('engagements.person'),
  start: date(),
  zone: zone(),
})
export const EngagementClosed = publicEvent('engagements.engagement', 'EngagementClosed', 1, {
  reason: personal('engagement', text(fieldLimits.line)),
})

export interface EngagementKnown {
  readonly client: Ref<'engagements.client'> | undefined
  readonly name: string
  readonly manager: Ref<'engagements.person'> | undefined
  readonly zone: string
  readonly closed: boolean
}
const unopened: EngagementKnown = { client: undefined, name: '', manager: undefined, zone: 'UTC', closed: false }
export const engagementFact = fact('engagements.engagement', unopened, [
  onEvent(EngagementOpened, (s, e) => ({ ...s, client: e.client, name: e.name, manager: e.manager, zone: e.zone })),
  onEvent(EngagementClosed, (s) => ({ ...s, closed: true })),
])
/** The scope of every stream that belongs to an engagement: its create names `engagement`. */
export const inEngagement: Scope = { level: 'engagement', fact: engagementFact }

// ── stakeholder ───────────────────────────────────────────────────────────────────────────────────────────────────
export const side = choice({ ours: { en: 'our side', zh: '我方' }, client: { en: 'the client', zh: '客户方' } })
/** What a stakeholder may do in the client's name (I-03). */
export const right = choice({
  'accept-deliverables': { en: 'accept deliverables', zh: '验收交付物' },
  'approve-changes': { en: 'approve changes', zh: '批准变更' },
  'sign-minutes': { en: 'sign minutes', zh: '签署会议纪要' },
})
export type Right = z.output<typeof right>
/** A person's role in an engagement. */
export const StakeholderAdded = publicEvent('engagements.stakeholder', 'StakeholderAdded', 1, {
  engagement: ref('engagements.engagement'),
  person: ref('engagements.person'),
  side,
  role: personal('engagement', text(fieldLimits.name)),
  contact: personal({ field: 'person' }, text(fieldLimits.line)).optional(),
  rights: z.array(right).max(10),
})
export const StakeholderRightGranted = publicEvent('engagements.stakeholder', 'StakeholderRightGranted', 1, { right })
export const StakeholderRightRevoked = publicEvent('engagements.stakeholder', 'StakeholderRightRevoked', 1, {
  right,
  reason: personal('engagement', text(fieldLimits.line)),
})
export const StakeholderRemoved = publicEvent('engagements.stakeholder', 'StakeholderRemoved', 1, {
  reason: personal('engagement', text(fieldLimits.line)),
})

export interface StakeholderKnown {
  readonly engagement: string
  readonly person: Ref<'engagements.person'> | undefined
  readonly side: z.output<typeof side>
  readonly rights: readonly Right[]
  readonly removed: boolean
  /** When it was removed: what was before may still be told of it. */
  readonly left?: Occurred
}
const unknown: StakeholderKnown = { engagement: '', person: undefined, side: 'ours', rights: [], removed: false }
export const stakeholderFact = fact('engagements.stakeholder', unknown, [
  onEvent(StakeholderAdded, (s, e) => ({
    ...s,
    engagement: e.engagement,
    person: e.person,
    side: e.side,
    rights: e.rights,
  })),
  onEvent(StakeholderRightGranted, (s, e) => ({ ...s, rights: [...s.rights.filter((r) => r !== e.right), e.right] })),
  onEvent(StakeholderRightRevoked, (s, e) => ({ ...s, rights: s.rights.filter((r) => r !== e.right) })),
  onEvent(StakeholderRemoved, (s, _, { occurredAt, occurredOn, zone }) => ({
    ...s,
    removed: true,
    left: { occurredAt, ...(occurredOn !== undefined && zone !== undefined && { occurredOn, zone }) },
    rights: [],
  })),
])
/** I-03: whether the stakeholder may do this in the client's name; ask for the fact as of the act. */
export const holds = (who: { readonly rights: readonly Right[]; readonly removed: boolean }, wanted: Right): boolean =>
  !who.removed && who.rights.includes(wanted)

/**
 * Membership, asked at each request so that a revoked right ends at once (contracts.md §9): a client acts and reads only in the engagement
 * whose stakeholder its token names, and only while that stakeholder stands on the client's side of it.
 */
export async function isMember(
  actor: Pick<Acting, 'role' | 'stakeholder'>,
  scope: { readonly engagement?: string },
  ask: (asked: Asked<StakeholderKnown>) => Promise<StakeholderKnown | undefined>,
): Promise<boolean> {
  if (actor.role !== 'client') return true
  if (actor.stakeholder === undefined || scope.engagement === undefined) return false
  const who = await ask({ fact: stakeholderFact, id: actor.stakeholder, asOf: 'now' })
  return who !== undefined && !who.removed && who.side === 'client' && who.engagement === scope.engagement
}

// ── tenant-settings ───────────────────────────────────────────────────────────────────────────────────────────────
/** What a tenant decides for all its engagements. */
export const TenantSettingsChanged = publicEvent('engagements.tenant-settings', 'TenantSettingsChanged', 1, {
  lateAfterDays: whole(1, 365).optional(),
  languages: z
    .array(choice({ en: { en: 'English', zh: '英语' }, 'zh-CN': { en: 'Chinese', zh: '中文' } }))
    .min(1)
    .max(2)
    .optional(),
})
/** Everything in the tenant is made up, to be looked at and tried out: nothing real is imported into it. */
export const TenantMarkedSimulated = publicEvent('engagements.tenant-settings', 'TenantMarkedSimulated', 1, {})

export const tenantSettingsFact = fact('engagements.tenant-settings', { lateAfterDays: 7, simulated: false }, [
  onEvent(TenantMarkedSimulated, (s) => ({ ...s, simulated: true })),
  onEvent(TenantSettingsChanged, (s, e) => ({
    ...s,
    ...(e.lateAfterDays !== undefined && { lateAfterDays: e.lateAfterDays }),
  })),
])

// ── import ────────────────────────────────────────────────────────────────────────────────────────────────────────
const rows = whole(0, 1_000_000_000)
/** A run is about to bring facts about this engagement: until it ends, the clocks leave the engagement alone. */
export const ImportEngagementAdded = publicEvent('engagements.import', 'ImportEngagementAdded', 1, {
  engagement: ref('engagements.engagement'),
})
export const ImportCompleted = publicEvent('engagements.import', 'ImportCompleted', 1, {
  rows,
  recorded: rows,
  unchanged: rows,
  rejected: rows,
})
/** No free text: an import has no key that could seal one. */
export const abandonment = choice({
  'wrong-file': { en: 'the file was the wrong one', zh: '文件有误' },
  'wrong-mapping': { en: 'the mapping was wrong', zh: '映射有误' },
  'not-needed': { en: 'nobody needs it any more', zh: '不再需要' },
})
export const ImportAbandoned = publicEvent('engagements.import', 'ImportAbandoned', 1, { reason: abandonment })

/** Asks for a tenant's settings, wherever they stand. */
export const settingsOf = (tenant: string): Asked<{ readonly lateAfterDays: number; readonly simulated: boolean }> => ({
  fact: tenantSettingsFact,
  id: uuidv8('tenant-settings', tenant),
  asOf: 'now',
})
