import { describe, expect, test } from '@jest/globals'
import { walkStream } from '@rapport/testing'
import fc from 'fast-check'
import engagements from '../index.ts'
import { tenantSettings } from './events.ts'

const lateAfterDays = fc.integer({ min: 6, max: 8 })
const languages = fc.constantFrom(['en'], ['zh-CN'], ['en', 'zh-CN'])

describe('tenant-settings', () => {
  test('whatever is sent, there is one stream and each event changes something', () =>
    walkStream(engagements, tenantSettings, {
      bodies: {
        set: fc.record({ lateAfterDays, languages }, { requiredKeys: [] }),
        'mark-simulated': fc.constant({}),
      },
      holds(all) {
        expect(all).toHaveLength(1)
        let before: Readonly<Record<string, unknown>> = { ...tenantSettings.initial }
        for (const { type, data } of all[0]!.events) {
          const changed = type === 'TenantMarkedSimulated' ? { simulated: true } : data
          expect(Object.keys(changed)).not.toHaveLength(0)
          for (const [name, value] of Object.entries(changed)) expect(value).not.toEqual(before[name])
          before = { ...before, ...changed }
        }
        expect(all[0]!.state).toEqual(before)
      },
    }))
})
