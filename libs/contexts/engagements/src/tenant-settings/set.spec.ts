import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { tenantSettings, tenantSettingsChanged } from './events.ts'
import { set } from './set.ts'

const usual = given(tenantSettings)

describe('tenant-settings: set', () => {
  test('a setting is changed, the others hold as before', async () => {
    await usual.when(set, { lateAfterDays: 14 }).thenRecorded([tenantSettingsChanged({ lateAfterDays: 14 })])
    await usual.when(set, { lateAfterDays: 14 }).thenState({ lateAfterDays: 14, languages: ['en', 'zh-CN'] })
  })

  test('only what changes is recorded', () =>
    usual
      .when(set, { lateAfterDays: 7, languages: ['zh-CN'] })
      .thenRecorded([tenantSettingsChanged({ languages: ['zh-CN'] })]))

  test('what holds already is refused', async () => {
    await usual.when(set, {}).thenRefused('nothing-changes')
    await usual.when(set, { lateAfterDays: 7, languages: ['en', 'zh-CN'] }).thenRefused('nothing-changes')
  })

  test('a project manager sets nothing for the tenant', () =>
    usual.when(set, { lateAfterDays: 14 }, { as: { role: 'pm' } }).thenRefused('forbidden'))
})
