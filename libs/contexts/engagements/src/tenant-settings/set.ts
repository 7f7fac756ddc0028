import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { tenantSettings, tenantSettingsChanged } from './events.ts'

export const set = decision(tenantSettings, 'set', {
  summary: 'Sets what holds for all engagements of the tenant; what the command leaves out stays as it is.',
  rules: [],
  roles: ['admin'],
  command: contract.TenantSettingsChanged.shape,
  errors: { 'nothing-changes': 'All of it is set so already.' },
  example: { lateAfterDays: 14, languages: ['en', 'zh-CN'] },
  decide(state, command, { refuse }) {
    const { lateAfterDays, languages } = command
    const changed = {
      ...(lateAfterDays !== undefined && lateAfterDays !== state.lateAfterDays && { lateAfterDays }),
      ...(languages !== undefined && String(languages) !== String(state.languages) && { languages }),
    }
    if (Object.keys(changed).length === 0) return refuse('nothing-changes')
    return [tenantSettingsChanged(changed)]
  },
})
