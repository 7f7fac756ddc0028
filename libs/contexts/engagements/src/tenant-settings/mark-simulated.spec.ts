import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { tenantMarkedSimulated, tenantSettings, tenantSettingsChanged } from './events.ts'
import { markSimulated } from './mark-simulated.ts'

const system = { as: { role: 'system' } } as const

describe('tenant-settings: mark-simulated', () => {
  test('a tenant is marked, its settings hold as before', () =>
    given(tenantSettings, [tenantSettingsChanged({ lateAfterDays: 14 })])
      .when(markSimulated, {}, system)
      .thenState({ lateAfterDays: 14, simulated: true }))

  test('it is marked once', () =>
    given(tenantSettings, [tenantMarkedSimulated({})])
      .when(markSimulated, {}, system)
      .thenRefused('already-simulated'))

  test('nobody but the house itself marks a tenant', () =>
    given(tenantSettings)
      .when(markSimulated, {}, { as: { role: 'admin' } })
      .thenRefused('forbidden'))
})
