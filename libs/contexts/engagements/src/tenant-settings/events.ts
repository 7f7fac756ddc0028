import { engagements as contract } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { Stored } from '@rapport/events'

/** What a tenant has decided; what it never decided holds as here. */
export interface TenantSettings extends Required<Stored<typeof contract.TenantSettingsChanged.shape>> {
  readonly simulated: boolean
}
const usual: TenantSettings = { lateAfterDays: 7, languages: ['en', 'zh-CN'], simulated: false }

export const tenantSettingsChanged = event(contract.TenantSettingsChanged, {
  visibility: 'internal',
  say(e) {
    const changed = [
      e.lateAfterDays !== undefined && {
        en: 'facts count as late after {lateAfterDays} days',
        zh: '补录超过{lateAfterDays}天视为迟录',
      },
      e.languages !== undefined && { en: 'languages: {languages}', zh: '语言：{languages}' },
    ].filter((words) => words !== false)
    return {
      en: `The settings changed: ${changed.map((words) => words.en).join('; ')}`,
      zh: `设置已更改：${changed.map((words) => words.zh).join('；')}`,
    }
  },
  evolve: (s: TenantSettings, e) => ({ ...s, ...e }),
})

export const tenantMarkedSimulated = event(contract.TenantMarkedSimulated, {
  visibility: 'internal',
  say: { en: 'Everything in this tenant is simulated', zh: '本租户中的一切均为模拟' },
  evolve: (s: TenantSettings) => ({ ...s, simulated: true }),
})

export const tenantSettings = stream<TenantSettings>('engagements.tenant-settings', {
  initial: usual,
  events: [tenantSettingsChanged, tenantMarkedSimulated],
  scope: { level: 'tenant' },
  plural: 'tenant-settings',
  singleton: true,
})
