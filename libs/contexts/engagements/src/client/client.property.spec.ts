import { describe, expect, test } from '@jest/globals'
import { walkStream } from '@rapport/testing'
import engagements from '../index.ts'
import { client } from './events.ts'

describe('client', () => {
  test('whatever is sent, a retired client stays as it is', () =>
    walkStream(engagements, client, {
      holds(clients) {
        for (const { events, state } of clients) {
          expect(events.slice(0, -1).map((e) => e.type)).not.toContain('ClientRetired')
          expect(state.name).toBe(events.findLast((e) => e.data['name'] !== undefined)!.data['name'])
        }
      },
    }))
})
