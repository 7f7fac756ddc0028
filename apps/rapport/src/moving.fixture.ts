import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { HOUSE, type StoredEvent } from '@rapport/events'
import { environment } from '@rapport/testing'
import { rapport, root, running, scratch, until } from './cli.fixture.ts'
import { delay, Http, portal } from './http.fixture.ts'
import type { Running } from './running.ts'
import { openServer } from './server.ts'

/** A folder for what is moved: a data folder, exports and their keys by name, and a restore into another data folder. */
export function moving(name: string) {
  const folder = scratch(name)
  return {
    folder,
    data: folder.path('data'),
    file: (of: string): string => folder.path(`${of}.jsonl`),
    keys: (of: string): string => folder.path(`${of}.keys`),
    restore: (from: string, keyFile: string, into: string, more: Parameters<typeof rapport>[1] = {}) =>
      rapport(['restore', '--from-export', from, '--keys', keyFile, '--data', folder.path(into), '--json'], more),
  }
}

/**
 * Fills a data folder: the demo where it is wanted, and in the tenant main an engagement with a disclosure, minutes whose actions a
 * reaction has assigned, a correction dated back, and a person who was erased.
 */
export async function fill(data: string, { demo = false } = {}): Promise<void> {
  const server = await openServer({ data, port: 0, demo })
  try {
    const as = async (role: 'pm' | 'admin', subject: string): Promise<Http> =>
      new Http(server.url, await server.token({ tenant: 'main', role, subject }))
    const pm = await as('pm', 'pm')
    const { engagement, manager: owner } = await portal(pm)
    const { id: person } = await pm.done('/api/engagements/persons', {
      name: 'Anna Quittenbaum',
      mail: 'anna@riverside.example',
    })
    const who = { engagement, person, side: 'client', role: 'Head of IT', rights: [] }
    const { id: anna } = await pm.done('/api/engagements/stakeholders', who)
    const { id: disclosure } = await pm.done('/api/communication/disclosures', { ...delay, engagement })
    const longer = { impact: 'Two weeks.', reason: 'Too low.', occurredAt: '2026-03-01T10:00:00Z' }
    await pm.done(`/api/communication/disclosures/${disclosure}/correct`, longer)
    const startsAt = new Date(Date.now() + 60_000).toISOString()
    const weekly = { engagement, title: 'Weekly', startsAt, durationMinutes: 60 }
    const { id: meeting } = await pm.done('/api/communication/meetings', weekly)
    await pm.done(`/api/communication/meetings/${meeting}/hold`, { attendees: [anna] })
    const actions = ['Send the plan.', 'Order the server.'].map((what) => ({ owner, what, due: '2030-01-05' }))
    await pm.done(`/api/communication/meetings/${meeting}/record-minutes`, { text: 'Anna reported.', actions })
    await (
      await as('admin', 'alice')
    ).done(`/api/engagements/persons/${person}/request-erasure`, { basis: 'objection' })
    await (await as('admin', 'bob')).done(`/api/engagements/persons/${person}/erase`, {})
    const items = () => pm.view<{ items: readonly object[] }>(`action-items?engagement=${engagement}`)
    await until(async () => (await items()).items.length === 2)
    await heardAll(server)
    await server.settled()
  } finally {
    await server.close()
  }
}

/** Waits until every reaction on a data folder has heard the last event. */
async function heardAll({ folder }: Awaited<ReturnType<typeof openServer>>): Promise<void> {
  await until(async () => {
    const head = await folder.events.head([])
    const offsets = await folder.ops.list(HOUSE, 'messages/')
    return offsets.length > 0 && offsets.every(({ value }) => (value as { position: string }).position === head)
  })
}

/** Without what is a place in one store and another in the next. */
export const placeless = ({ position: _, ...event }: StoredEvent) => event

export interface Asked {
  /** Undefined: now. */
  readonly asOf?: string
  readonly clock?: 'recorded' | 'occurred'
}

/**
 * What every view answers, of every engagement of the tenants, at each of the moments; without positions, and what follows from them. Each
 * answer has its question before it.
 */
export async function answers(
  server: Running,
  tenants: readonly string[],
  moments: readonly Asked[],
): Promise<readonly string[]> {
  const all: string[] = []
  for (const tenant of tenants) {
    const http = new Http(server.url, await server.token({ tenant, role: 'pm' }))
    const engagements = (await http.view<{ items: { id: string }[] }>('engagements')).items.map(({ id }) => id).sort()
    expect(engagements.length).toBeGreaterThan(0)
    const of = [...server.house.views].map(({ name, at }) => ({ name, at })).filter(({ at }) => at.includes('list'))
    for (const { name } of of)
      for (const engagement of [undefined, ...engagements])
        for (const moment of moments) {
          const given = Object.entries({ engagement, limit: '500', ...moment }).filter(
            ([, value]) => value !== undefined,
          )
          const path = `${name}?${new URLSearchParams(given as [string, string][]).toString()}`
          const { status, body } = await http.get(`/api/views/${path}`)
          all.push(`${tenant} ${path}\n${status} ${JSON.stringify(body, withoutPlaces, 1)}`)
        }
  }
  // Views that take no engagement, or need one, say so: but most must have answered.
  expect(all.filter((answer) => answer.includes('\n200 ')).length).toBeGreaterThan(all.length / 4)
  return all
}

const withoutPlaces = (name: string, value: unknown): unknown => {
  if (name === 'position' || name === 'next' || name === 'instance') return typeof value
  // Whether texts open is of this moment, and a measure says up to where it was counted.
  return typeof value === 'string' && /^(\d{20}|\d{40})$/.test(value) ? 'a position' : value
}

/** Instants over the time in which the events were recorded, each on both clocks. */
export function momentsOf(events: readonly StoredEvent[], count: number): readonly Asked[] {
  const instants = Array.from({ length: count }, (_, n) => {
    const at = Math.floor(((n + 1) * (events.length - 1)) / count)
    return events[at]!.recordedAt
  })
  return [...new Set(instants)].flatMap((asOf) => (['recorded', 'occurred'] as const).map((clock) => ({ asOf, clock })))
}

/** `rapport export … | rapport restore …` as a shell runs it; how each of the two ended. */
export async function piped(
  from: readonly string[],
  to: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly codes: readonly string[]; readonly stdout: string; readonly stderr: string }> {
  const rapport = `"$NODE" --conditions=@rapport/source --disable-warning=ExperimentalWarning "$BIN"`
  const quoted = (args: readonly string[]): string => args.map((arg) => `'${arg}'`).join(' ')
  const child = spawn(
    'bash',
    ['-c', `env $NONE ${rapport} ${quoted(from)} | ${rapport} ${quoted(to)}; echo "codes \${PIPESTATUS[*]}" >&2`],
    {
      cwd: root,
      // The export is of a folder, whatever the restore goes to.
      env: {
        ...environment(),
        ...env,
        NODE: process.execPath,
        BIN: join(root, 'apps/rapport/bin/rapport.mjs'),
        NONE: '-u EVENTSTORE_URL -u MONGODB_URL -u KAFKA_BROKERS',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text))
  await once(child, 'close')
  return { codes: /codes (.*)/.exec(said.stderr)?.[1]?.split(' ') ?? [], ...said }
}

/** An export into a text; the keys go to the file. */
export async function exportText(data: string, keys: string): Promise<string> {
  const { code, stdout, stderr } = await running(['export', '--data', data, '--keys', keys]).ended
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return stdout
}
