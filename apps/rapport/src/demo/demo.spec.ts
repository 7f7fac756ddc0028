import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyRing, parseStored, type Metadata } from '@rapport/events'
import { openFolder } from '@rapport/sqlite'
import { registry } from '@rapport/house'
import { openServer } from '../server.ts'
import { eventsOf } from '../store.fixture.ts'

jest.setTimeout(300_000)

const folder = mkdtempSync(join(tmpdir(), 'rapport-demo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Told {
  readonly id: string
  readonly stream: string
  readonly type: string
  readonly recordedAt: string
  readonly meta: Metadata
  readonly data: unknown
}

/** What a demo that is made at an instant holds, opened. */
async function told(now: string): Promise<readonly Told[]> {
  const data = join(folder, now.replaceAll(':', ''))
  const clock = () => Temporal.Instant.from(now)
  const server = await openServer({ data, port: 0, demo: true, clock })
  await server.close()
  const events = await eventsOf(data)
  const opening = await openFolder(data)
  const ring = new KeyRing(opening.keys)
  const opened = await Promise.all(
    events.map(async (stored) => ({
      id: stored.id,
      stream: stored.stream,
      type: stored.type,
      recordedAt: stored.recordedAt,
      meta: parseStored(stored).meta,
      data: await ring.open(parseStored(stored).meta.tenant, registry.read(stored).data),
    })),
  )
  await opening.close()
  return opened
}

/** The same for every demo: ids by the order in which they come, dates by their distance from the day on which it was made. */
function relative(events: readonly Told[], today: string): readonly string[] {
  const ids = new Map<string, string>()
  const first = Temporal.PlainDate.from(today)
  return events.map(({ meta: { fingerprint: _, basis, ...meta }, ...event }) =>
    JSON.stringify({ ...event, meta, basis: basis?.length })
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
        if (!ids.has(id)) ids.set(id, `#${ids.size}`)
        return ids.get(id)!
      })
      .replaceAll(/\d{4}-\d\d-\d\d/g, (date) => `day ${first.until(Temporal.PlainDate.from(date)).days}`),
  )
}

let demo: readonly Told[]
beforeAll(async () => {
  demo = await told('2026-03-04T09:12:33Z')
})
const of = (type: string): readonly Told[] => demo.filter((event) => event.type === type)

describe('the demo tenant', () => {
  test('has two engagements of ninety days with at least forty types of events, all up to the day before', () => {
    expect(of('EngagementOpened').map(({ data }) => (data as { name: string }).name)).toEqual([
      '门诊预约平台',
      'Citizen portal',
    ])
    expect(new Set(demo.map(({ type }) => type)).size).toBeGreaterThanOrEqual(40)
    expect(new Set(demo.map(({ meta }) => meta.tenant))).toEqual(new Set(['demo']))
    const recorded = demo.map(({ recordedAt }) => recordedAt)
    expect(recorded).toEqual([...recorded].sort())
    expect(recorded[0]! < '2025-12-04' && recorded.at(-1)! < '2026-03-04').toBe(true)
    expect(demo.filter(({ meta, recordedAt }) => meta.occurredAt > recordedAt)).toEqual([])
    // People put things on file soon after; only these they did not.
    const late = demo.filter(
      ({ meta, recordedAt }) =>
        meta.actor.kind === 'person' &&
        meta.corrects === undefined &&
        Date.parse(recordedAt) - Date.parse(meta.occurredAt) > 4 * 3_600_000,
    )
    expect(late.map(({ type, meta }) => [type, meta.late])).toEqual([
      ['MeetingHeld', undefined],
      ['InteractionLogged', true],
    ])
    expect(of('TenantMarkedSimulated')).toHaveLength(1)
  })

  test('has a meeting held late, a report issued late, a silence, bad news, minutes confirmed and disputed', () => {
    const answered = (answer: string, asked: string): number =>
      of(answer).filter(({ meta }) => of(asked).some(({ id }) => meta.answers?.includes(id) === true)).length
    expect(answered('MeetingHeld', 'MeetingMissed')).toBe(1)
    expect(answered('ReportIssued', 'ReportNotIssued')).toBe(1)
    expect(answered('MinutesRecorded', 'MinutesOverdue')).toBe(2)
    for (const type of [
      'SilenceDetected',
      'SlotMissed',
      'DisclosureMade',
      'DisclosureAcknowledged',
      'MinutesConfirmed',
      'MinutesDisputed',
      'ActionItemCarriedOver',
      'ActionItemEscalated',
      'MeetingCancelled',
      'BusinessReviewAgreed',
    ])
      expect([type, of(type).length > 0]).toEqual([type, true])
  })

  test.each(['2027-07-19T22:47:01Z', '2028-02-29T00:00:00Z'])(
    'made on another day (%s) it is the same, with all dates moved along',
    async (now) => {
      expect(relative(await told(now), now.slice(0, 10))).toEqual(relative(demo, '2026-03-04'))
    },
  )

  test('is made once, on an empty store only', async () => {
    const data = join(folder, 'twice')
    const open = async (demo: boolean) => (await openServer({ data, port: 0, demo })).close()
    await open(true)
    const { length } = await eventsOf(data)
    await open(true)
    expect((await eventsOf(data)).length).toBe(length)
    expect(length).toBe(demo.length)
  })
})
