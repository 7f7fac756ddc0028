import { afterAll, expect, jest, test } from '@jest/globals'
import { join } from 'node:path'
import { crashingAt } from '@rapport/testing'
import { rapport, rapportJson, rapportOk, root, running, scratch, started } from '../cli.fixture.ts'
import { contentOf, eventsOf } from '../store.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('demo')
afterAll(() => folder.clean())
const samples = join(root, 'apps/rapport/samples')

const stop = async ({ child, ended }: Awaited<ReturnType<typeof started>>): Promise<void> => {
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0 })
}
/** How many events of each type every kind of stream has. */
const tally = async (data: string): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {}
  for (const [stream, events] of Object.entries(await contentOf(data)))
    for (const event of events) {
      const name = `${stream.split('-demo~')[0]} ${(event as { type: string }).type}`
      counts[name] = (counts[name] ?? 0) + 1
    }
  return counts
}

test('an empty folder gets the demo at its start; it says that it is simulated, nothing is imported into it', async () => {
  const data = folder.path('data')
  const server = await started(data, { demo: true })

  const engagements = await rapportJson<{ name: string }>(['list', 'engagements', '--tenant', 'demo', '--data', data])
  expect(engagements.map(({ name }) => name).sort()).toEqual(['Citizen portal', '门诊预约平台'])
  const [head] = await rapportOk(['timeline', 'Citizen portal', '--tenant', 'demo', '--data', data])
  expect(head).toBe('Citizen portal, simulated')
  const chinese = await rapportOk(['timeline', '门诊预约平台', '--lang', 'zh-CN', '--tenant', 'demo', '--data', data])
  expect(chinese.join('\n')).toContain('陈晓梅确认了双周例会的会议纪要')

  const inDemo = ['--tenant', 'demo', '--data', data]
  const due = await rapportJson<{ kind: string; engagementName: string }>(['due', ...inDemo])
  expect(due.map(({ engagementName, kind }) => `${engagementName}: ${kind}`).sort()).toEqual([
    ...['Citizen portal: action-item', 'Citizen portal: action-item', 'Citizen portal: action-item'],
    ...['Citizen portal: meeting', 'Citizen portal: report'],
    ...['门诊预约平台: action-item', '门诊预约平台: report'],
  ])
  expect((await rapportOk(['due', 'Citizen portal', '--days', '0', ...inDemo])).join('\n')).toMatch(
    /^\d{4}-\d\d-\d\d {2}1 day late {2}to do {2}Finish the guide for the call centre {2}Citizen portal$/,
  )
  const silence = await rapportJson<{ engagementName: string; exceeded: boolean }>(['silence', ...inDemo])
  expect(silence.map(({ engagementName, exceeded }) => [engagementName, exceeded])).toEqual([
    ['门诊预约平台', false],
    ['Citizen portal', false],
  ])
  const then = Temporal.Now.plainDateISO('UTC').subtract({ days: 34 }).toString()
  expect((await rapportOk(['silence', 'Citizen portal', '--as-of', then, ...inDemo]))[0]).toMatch(
    /^Citizen portal {2}9 days/,
  )

  const importInto = (tenant: string): readonly string[] => [
    ...['import', 'communication', join(samples, 'contacts.csv'), '--mapping', join(samples, 'contacts.yaml')],
    ...['--rejected', folder.path('rejected.csv'), '--data', data, '--tenant', tenant],
  ]
  const refused = await rapport(importInto('demo'))
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('--tenant')
  const before = (await rapportOk(['events', '--tenant', 'demo', '--data', data])).length
  await rapportOk(importInto('main'))
  expect((await rapportOk(['events', '--tenant', 'demo', '--data', data])).length).toBe(before)
  await stop(server)

  const [examined] = await rapportJson<{ findings: readonly unknown[] }>(['doctor', '--data', data])
  expect(examined!.findings).toEqual([])
})

test('--no-demo leaves it out, and a store that has something gets none', async () => {
  const data = folder.path('none')
  await stop(await started(data))
  expect(await eventsOf(data)).toEqual([])
  await rapportOk([
    ...['import', 'communication', join(samples, 'contacts.csv'), '--mapping', join(samples, 'contacts.yaml')],
    ...['--rejected', folder.path('rejected.csv'), '--data', data],
  ])
  const { length } = await eventsOf(data)
  await stop(await started(data, { demo: true }))
  expect((await eventsOf(data)).length).toBe(length)
})

test.each([
  ['after the COMMIT of a group', 'rapport.crash.after-commit', 70],
  ['between documents and their checkpoint', 'rapport.crash.between-document-and-checkpoint', 300],
])('killed while it is made %s, it is made to its end by the next start', async (_, point, nth) => {
  const data = folder.path(`killed-${nth}`)
  const killed = running(['start', '--data', data, '--port', '0', '--json'], { crash: crashingAt(point, nth) })
  expect(await killed.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' })
  const part = (await eventsOf(data)).length
  await stop(await started(data, { demo: true }))
  expect(part).toBeGreaterThan(10)
  expect((await eventsOf(data)).length).toBeGreaterThan(part)
  expect(await tally(data)).toEqual(await tally(await whole()))
})

/** A demo whose making nobody disturbed. */
async function whole(): Promise<string> {
  const data = folder.path('whole')
  await stop(await started(data, { demo: true }))
  return data
}
