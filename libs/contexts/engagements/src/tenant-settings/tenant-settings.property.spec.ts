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
      bodies: { set: fc.record({ lateAfterDays, languages }, { requiredKeys: [] }) },
      holds(all) {
        expect(all).toHaveLength(1)
        let before: Readonly<Record<string, unknown>> = tenantSettings.initial
        for (const { data } of all[0]!.events) {
          expect(Object.keys(data)).not.toHaveLength(0)
          for (const [name, value] of Object.entries(data)) expect(value).not.toEqual(before[name])
          before = { ...before, ...data }
        }
        expect(all[0]!.state).toEqual(before)
      },
    }))
})
