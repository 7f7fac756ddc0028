import { describe, expect, test } from '@jest/globals'
import { onDay, type Opening } from '@rapport/events'
import { OnMemory } from '@rapport/testing'
import { importLog, imports } from './import.ts'
import engagements from './index.ts'

const opening: Opening = {
  key: 'ISD',
  client: 'City of Boston',
  name: 'City of Boston 311, ISD',
  manager: { name: 'Constituent Services Desk', mail: 'desk@boston.example' },
  zone: 'America/New_York',
  start: onDay('2015-01-01', 'America/New_York'),
}

/** Sends the opening steps as an import does. */
async function opened(house: OnMemory, of: Opening) {
  const ids: Record<string, string> = {}
  for (const step of importLog.opening) {
    const key = step.key(of)
    if (key === undefined) continue
    const { id } = await house.send(step.decision, step.command(of, ids), { key: `${step.name} ${key}` })
    ids[step.name] = id
  }
  return ids
}

describe('import log', () => {
  test('an opening makes client, manager and engagement', async () => {
    const house = new OnMemory([engagements])
    const { client, manager, engagement } = await opened(house, opening)
    const [event] = await house.events('engagements.engagement', engagement!)
    expect(event!.data).toEqual({
      client,
      manager,
      name: opening.name,
      start: '2015-01-01',
      zone: 'America/New_York',
    })
    expect(await house.state('engagements.person', manager!)).toMatchObject(opening.manager!)
  })

  test('two openings share their client and manager', async () => {
    const house = new OnMemory([engagements])
    const first = await opened(house, opening)
    const second = await opened(house, { ...opening, key: 'PWD', name: 'City of Boston 311, PWD' })
    expect(second).toMatchObject({ client: first['client'], manager: first['manager'] })
    expect(second['engagement']).not.toBe(first['engagement'])
    expect(house.count).toBe(4)
  })

  test('a manager without an address goes by the name', () => {
    const { key } = importLog.opening.find((step) => step.name === 'manager')!
    expect(key({ ...opening, manager: { name: 'Constituent Services Desk' } })).toBe('Constituent Services Desk')
  })

  test('an instant is the day that it is in the engagement’s zone', async () => {
    const house = new OnMemory([engagements])
    const { engagement } = await opened(house, { ...opening, start: { occurredAt: '2015-01-01T03:00:00.000Z' } })
    const [event] = await house.events('engagements.engagement', engagement!)
    expect(event!.data['start']).toBe('2014-12-31')
  })

  test('every fact that a mapping may name is a create that may be imported in its role', () => {
    for (const { decision, correction, role } of imports) {
      expect(decision.creates).toBe(true)
      expect(decision.roles).toContain(role)
      expect(correction?.roles ?? [role]).toContain(role)
    }
  })
})
