import { describe, expect, test } from '@jest/globals'
import { Sentences, type AnyDecision, type Language } from '@rapport/events'
import { anId, OnMemory, TENANT } from '@rapport/testing'
import engagements from './index.ts'

const decisions = new Map<string, AnyDecision>(
  engagements.streams.flatMap(({ stream, decisions }) =>
    decisions.map((decision) => [`${stream.name.split('.')[1]}/${decision.name}`, decision] as const),
  ),
)

/** A short story, and how it reads. */
async function story() {
  const house = new OnMemory([engagements])
  const told: [kind: string, id: string][] = []
  const tell = async (name: string, body: object, id?: string, as = anId(1)) => {
    const decision = decisions.get(name)!
    const outcome = await house.send(decision, body, { id, as: { id: as } })
    told.push([decision.stream.name, outcome.id])
    return outcome.id
  }
  const client = await tell('client/register', { name: 'Riverside Council' })
  const anna = await tell('person/register', { name: 'Anna Berg' })
  const li = await tell('person/register', { name: '李娜' })
  const engagement = await tell('engagement/open', {
    client,
    name: 'Citizen portal',
    manager: li,
    start: '2026-03-02',
    zone: 'Asia/Shanghai',
  })
  const role = { side: 'client', role: 'Head of IT', rights: [] }
  const stakeholder = await tell('stakeholder/add', { engagement, person: anna, ...role })
  await tell('stakeholder/grant-right', { right: 'approve-changes' }, stakeholder)
  await tell('stakeholder/remove', { reason: 'She left.' }, stakeholder)
  await tell('engagement/close', { reason: 'Delivered.' }, engagement)
  const source = await tell('import/start', { source: 'boston311', mapping: '5e'.repeat(32) })
  await tell('import/add-engagement', { engagement }, source)
  await tell('import/complete', { rows: 3, recorded: 1, unchanged: 2, rejected: 0 }, source)
  await tell('tenant-settings/set', { lateAfterDays: 14, languages: ['zh-CN'] })
  return { house, told, tell, anna }
}

async function read({ house, told }: Awaited<ReturnType<typeof story>>, language: Language) {
  const sentences = new Sentences(house, { tenant: TENANT, language, zone: 'Asia/Shanghai' })
  const met = new Map<string, number>()
  const lines: string[] = []
  for (const [kind, id] of told) {
    const n = met.get(id) ?? 0
    met.set(id, n + 1)
    const { sentence, texts } = await sentences.of((await house.events(kind, id))[n]!)
    lines.push([sentence, ...texts].join(' | '))
  }
  return lines
}

describe('sentences', () => {
  test('a story reads in English', async () => {
    expect(await read(await story(), 'en')).toEqual([
      'Riverside Council was registered as a client',
      'Anna Berg was registered as a person',
      '李娜 was registered as a person',
      expect.stringMatching(
        /^Citizen portal was opened for Riverside Council, managed by 李娜, starting Mar(ch)? 2, 2026$/,
      ),
      'Anna Berg joined on the client’s side as Head of IT',
      'Anna Berg may now approve changes',
      'Anna Berg left the engagement | She left.',
      'Citizen portal was closed | Delivered.',
      'An import from boston311 began',
      'The import brings facts about Citizen portal',
      'The import was completed; of 3 rows 1 brought something new, 2 nothing, 0 were rejected',
      'The settings changed: facts count as late after 14 days; languages: Chinese',
    ])
  })

  test('a story reads in Chinese', async () => {
    expect(await read(await story(), 'zh-CN')).toEqual([
      'Riverside Council登记为客户',
      'Anna Berg登记为人员',
      '李娜登记为人员',
      expect.stringMatching(/^为Riverside Council启动了Citizen portal，由李娜负责，自2026.3.2日?起$/),
      'Anna Berg以Head of IT身份加入客户方',
      'Anna Berg获授权批准变更',
      'Anna Berg退出项目 | She left.',
      'Citizen portal已结项 | Delivered.',
      '开始从boston311导入',
      '本次导入包含Citizen portal的记录',
      '导入完成；共3行，新增1行，无变化2行，拒绝0行',
      '设置已更改：补录超过14天视为迟录；语言：中文',
    ])
  })

  test('after the erasure of a person no sentence names it', async () => {
    const all = await story()
    await all.tell('person/request-erasure', { basis: 'consent-withdrawn' }, all.anna)
    await all.tell('person/erase', {}, all.anna, anId(2))
    const lines = await read(all, 'en')
    expect(lines.join()).not.toContain('Berg')
    expect(lines[5]).toBe('[erased] may now approve changes')
    expect(lines.at(-1)).toBe('The data of a person were erased: consent withdrawn')
  })
})
