import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { TokenRole } from '@rapport/service'
import { rapportJson, rapportOk, scratch, until } from './cli.fixture.ts'
import { delay, Http, portal, type Portal } from './http.fixture.ts'
import type { Running } from './running.ts'

/** The product as it runs somewhere: behind one door or several. */
export interface Product {
  /** Where a path is asked for. */
  door(path: string): string
  /** Every process that answers for its health. */
  readonly doors: readonly string[]
  readonly token: Running['token']
  close(): Promise<void>
}

interface Items {
  readonly items: readonly Record<string, unknown>[]
}
interface Timeline {
  readonly days: readonly { readonly entries: readonly { readonly sentence: string }[] }[]
}

/** What must hold wherever the product stores: on a data folder, on the servers, in one process or in several. */
export function productSuite(name: string, open: () => Promise<Product>): void {
  describe(`the product ${name}`, () => {
    // Of its own, so that a store that others have used will do.
    const [tenant, others] = [`t${randomUUID().slice(0, 8)}`, `o${randomUUID().slice(0, 8)}`]
    let product: Product
    let pm: Http
    let alice: Http
    let bob: Http
    let client: Http
    let place: Portal
    let anna: { readonly person: string; readonly stakeholder: string }

    const as = async (role: TokenRole, more: { subject?: string; stakeholder?: string; tenant?: string } = {}) =>
      pm.as(await product.token({ tenant, role, ...more }))
    const done = (path: string, body: unknown, by = pm, headers = {}) => by.done(`/api/${path}`, body, headers)
    const items = async (path: string, by = pm) => (await by.view<Items>(path)).items
    const sentences = async (language: string, by = pm) =>
      (await by.view<Timeline>(`timeline?engagement=${place.engagement}&lang=${language}`)).days
        .flatMap(({ entries }) => entries)
        .map(({ sentence }) => sentence)
    const types = async () => (await items('log?limit=500')).map((entry) => String(entry['type']))

    beforeAll(async () => {
      product = await open()
      const token = await product.token({ tenant, role: 'pm' })
      pm = new Http(product.doors[0]!, token, undefined, (path) => product.door(path))
      alice = await as('admin', { subject: 'alice' })
      bob = await as('admin', { subject: 'bob' })
      place = await portal(pm)
      const { id: person } = await done('engagements/persons', {
        name: 'Anna Quittenbaum',
        mail: 'anna@riverside.example',
      })
      const who = { engagement: place.engagement, person, side: 'client', role: 'Head of IT', rights: [] }
      anna = { person, stakeholder: (await done('engagements/stakeholders', who)).id }
      client = await as('client', { stakeholder: anna.stakeholder })
    })
    afterAll(() => product?.close())

    test('every process is live, has started and is ready', async () => {
      for (const door of product.doors)
        for (const probe of ['live', 'startup', 'ready'])
          await until(async () => (await fetch(`${door}/health/${probe}`)).status === 200)
    })

    test('what is disclosed to the client reads as a sentence in both languages, and the client acknowledges it', async () => {
      const { id } = await done('communication/disclosures', { ...delay, engagement: place.engagement })
      await done(
        `communication/disclosures/${id}/acknowledge`,
        { stakeholder: anna.stakeholder, heardBefore: false },
        client,
      )
      expect(await sentences('en', client)).toContain(
        'Anna Quittenbaum acknowledged the disclosure and heard it first from us',
      )
      expect((await sentences('zh-CN')).at(-1)).toMatch(/^Anna Quittenbaum.*披露/)
      expect(await items(`disclosures?engagement=${place.engagement}`, client)).toMatchObject([{ id }])
    })

    test('BR-50 a command happens once: the same key again, twenty at once, and with another body', async () => {
      const said = { engagement: place.engagement, channel: 'chat', direction: 'inbound', summary: 'Once.' }
      const key = { 'idempotency-key': randomUUID() }
      const first = await done('communication/interactions', said, pm, key)
      const spaced = JSON.stringify(Object.fromEntries(Object.entries(said).reverse()), null, 2)
      expect((await pm.post('/api/communication/interactions', spaced, key)).body).toMatchObject({
        id: first.id,
        revision: first.revision,
        position: first.position,
      })
      const other = await pm.post('/api/communication/interactions', { ...said, summary: 'Twice.' }, key)
      expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
      const at = { 'idempotency-key': randomUUID() }
      const all = await Promise.all(
        Array.from({ length: 20 }, () => pm.done('/api/communication/interactions', said, at)),
      )
      expect(new Set(all.map(({ id, position }) => `${id} ${position}`)).size).toBe(1)
      const found = await items(`interactions?engagement=${place.engagement}`)
      expect(found.filter(({ summary }) => summary === 'Once.')).toHaveLength(2)
    })

    test('an If-Match that is not the revision is refused, and nothing is recorded', async () => {
      const path = `/api/engagements/persons/${place.manager}/correct`
      const refused = await pm.post(path, { name: 'Mia M.' }, { 'if-match': '"7"' })
      expect(refused).toMatchObject({ status: 412 })
      const { id } = (await items('persons')).find((person) => person['id'] === place.manager)!
      expect(id).toBe(place.manager)
    })

    test('BR-71 as of the past: what was known then, and what was true then', async () => {
      const before = new Date().toISOString()
      await new Promise((resolve) => setTimeout(resolve, 50))
      const occurredAt = '2026-02-03T09:00:00Z'
      const said = { engagement: place.engagement, channel: 'phone', direction: 'outbound', summary: 'Told late.' }
      await done('communication/interactions', { ...said, occurredAt })
      const then = async (asOf: string, clock: string) =>
        (await items(`interactions?engagement=${place.engagement}&asOf=${asOf}&clock=${clock}`)).filter(
          ({ summary }) => summary === 'Told late.',
        ).length
      expect(await then(before, 'recorded')).toBe(0)
      expect(await then('2026-02-04', 'occurred')).toBe(1)
      expect(await then('2026-02-02', 'occurred')).toBe(0)
    })

    test('the actions of minutes are assigned by a reaction, each once', async () => {
      const { engagement, manager: owner } = place
      const startsAt = new Date(Date.now() + 60_000).toISOString()
      const { id } = await done('communication/meetings', {
        engagement,
        title: 'Weekly',
        startsAt,
        durationMinutes: 60,
      })
      await done(`communication/meetings/${id}/hold`, { attendees: [anna.stakeholder] })
      const due = '2030-01-05'
      const actions = ['Send the plan.', 'Order the server.'].map((what) => ({ owner, what, due }))
      await done(`communication/meetings/${id}/record-minutes`, { text: 'Anna reported.', actions })
      const assigned = async () => (await items(`action-items?engagement=${engagement}`)).map(({ what }) => what)
      await until(async () => (await assigned()).length >= 2, 60_000)
      expect((await assigned()).sort()).toEqual(['Order the server.', 'Send the plan.'])
      expect((await pm.post('/api/operations/reactions-refused', {})).body).toEqual({ refused: [] })
    })

    test('the clock records what nobody did, each slot once', async () => {
      const { engagement } = place
      const from = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10)
      const weekly = { every: { unit: 'weeks', n: 1 }, from, toleranceDays: 1, audience: 'client' }
      await done('communication/communication-plans', {
        engagement,
        cadences: [{ ...weekly, name: 'Weekly meeting', kind: 'meeting', weekday: 'wed', at: '10:00' }],
        occurredAt: `${from}T06:00:00Z`,
      })
      const missed = async () => (await types()).filter((type) => type === 'SlotMissed').length
      const strip = async () =>
        (
          await pm.view<{ items: { cadences: { slots: { status: string }[] }[] }[] }>(
            `cadence-strip?engagement=${engagement}`,
          )
        ).items[0]!.cadences[0]!.slots.filter(({ status }) => status === 'missed').length
      // Five or six Wednesdays lie in forty days, the last of which may still be tolerated.
      await until(async () => (await missed()) >= 4 && (await missed()) === (await strip()), 60_000)
      expect(await missed()).toBeLessThanOrEqual(6)
    })

    test('I-25 a report takes its figures from the read models, and derives to the same', async () => {
      const { engagement } = place
      const parts = {
        completed: ['Two tables.'],
        inProgress: [],
        notDone: [],
        risks: [],
        challenges: [],
        nextSteps: [],
      }
      const period = { from: '2026-02-01', to: '2026-02-06' }
      const { id } = await done('communication/status-reports', { engagement, period, audience: 'client', ...parts })
      await done(`communication/status-reports/${id}/issue`, {})
      expect(await pm.view(`report-derivation/${id}`)).toMatchObject({ equal: true })
      expect(await items(`reports?engagement=${engagement}`, client)).toMatchObject([{ id }])
    })

    test('an import goes through the same doors, and the same again adds nothing', async () => {
      const folder = scratch('product-import')
      try {
        const file = folder.path('contacts.csv')
        const row = (n: number) => `K-${n},2026-03-0${n},10:00,client,phone,Anna Berg,"Call ${n}, and what followed"`
        writeFileSync(file, ['Ticket,Date,Time,From,How,Who,What was said', row(1), row(2), row(3)].join('\n'))
        const mapping = folder.path('mapping.yaml')
        writeFileSync(
          mapping,
          `mapping: 1
source: product-suite
context: communication
zone: Europe/Berlin
dates: ['yyyy-MM-dd HH:mm']
key: [Ticket]
reference: Ticket
engagement:
  key: [How]
  client: Hospital
  name: Imported project
  manager: { name: Maria Lindt }
  zone: Europe/Berlin
  start: 2026-03-01
facts:
  - name: contact
    as: interaction
    occurredAt: { template: '{Date} {Time}' }
    fields:
      direction: { column: From, map: { client: inbound, us: outbound } }
      channel: { column: How }
      summary: { template: '{Who}: {What was said}' }
`,
        )
        const url = product.door('/api/communication/')
        const run = async () =>
          (
            await rapportJson<Record<string, number>>([
              ...['import', 'communication', file, '--mapping', mapping, '--url', url],
              ...['--token', await product.token({ tenant, role: 'pm' })],
            ])
          ).at(-1)!
        expect(await run()).toMatchObject({ rows: 3, recorded: 3, rejected: 0 })
        expect(await run()).toMatchObject({ rows: 3, unchanged: 3, events: 0 })
        const views = ['--url', product.door('/api/views/'), '--token', await product.token({ tenant, role: 'pm' })]
        await until(async () =>
          (await rapportOk(['list', 'engagements', ...views])).some((line) => line.includes('Imported project')),
        )
        await until(async () =>
          (await rapportOk(['timeline', 'Imported project', ...views])).join('\n').includes('Call 3'),
        )
      } finally {
        await folder.clean()
      }
    })

    test('BR-67 an id of another tenant is answered like one that nobody has', async () => {
      const theirs = await as('pm', { tenant: others })
      const path = (id: string) => `/api/engagements/persons/${id}/correct`
      const [foreign, absent] = [
        await theirs.post(path(anna.person), { name: 'X' }),
        await theirs.post(path(randomUUID()), { name: 'X' }),
      ]
      expect([foreign.status, JSON.stringify(foreign.body).replaceAll(anna.person, '')]).toEqual([
        absent.status,
        JSON.stringify(absent.body).replace(/[0-9a-f-]{36}/g, ''),
      ])
      expect(await items('engagements', theirs)).toEqual([])
    })

    test('a person is erased by two admins, and the name reads as erased everywhere', async () => {
      const address = `engagements/persons/${anna.person}`
      await done(`${address}/request-erasure`, { basis: 'objection' }, alice)
      expect(await alice.post(`/api/${address}/erase`, {})).toMatchObject({ body: { code: 'same-person' } })
      await done(`${address}/erase`, {}, bob)
      const read = async () => JSON.stringify([await items('persons'), await sentences('en'), await sentences('zh-CN')])
      await until(async () => !(await read()).includes('Quittenbaum'), 90_000)
      expect((await items('persons')).find(({ id }) => id === anna.person)).toMatchObject({ status: 'erased' })
    })

    test('a rebuild gives what was there, while everything goes on', async () => {
      const before = await items(`interactions?engagement=${place.engagement}`)
      const url = product.door('/api/views/')
      const response = await fetch(`${url}/api/operations/rebuild`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await product.token({ tenant, role: 'operator' })}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ model: 'interactions' }),
      })
      expect(response.status).toBe(200)
      expect(await items(`interactions?engagement=${place.engagement}`)).toEqual(before)
    })
  })
}
