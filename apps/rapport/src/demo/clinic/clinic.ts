import type { Json } from '@rapport/events'
import { clinicContacts, clinicMeetings, clinicReports } from './texts.ts'
import { asPlanned, done, nobody, report, type Meetings, type Setting } from '../rhythm.ts'
import { asClient, asManager, Days, type Step, type Story } from '../story.ts'
import { admin } from '../teller.ts'

const zone = 'Asia/Shanghai'
const regular = { name: '双周例会', at: '14:00' } as const
const weekly = { name: '周报', audience: 'internal' } as const

/** 医院预约平台：沟通平稳，但最近没有人与客户联系。A platform for a hospital, in Chinese: all went well, and now nobody has called for days. */
export function clinic(today: Temporal.PlainDate): Story {
  const days = new Days(today, zone)
  const cast = nobody()
  const setting: Setting = { cast, days, manager: 'lijing' }
  const meetings: Meetings = new Map()
  const made = new Map<string, string>()
  const pm = () => asManager(cast.persons['lijing']!)
  const client = (who: string) => asClient(cast.persons[who]!, cast.stakeholders[who]!)
  const step = (day: number, time: string, tell: Step['tell']): Step => ({ when: [day, time], tell })

  const terms = (): Json => ({
    cadences: [
      {
        ...regular,
        kind: 'meeting',
        every: { unit: 'days', n: 14 },
        from: days.date(-79),
        toleranceDays: 2,
        audience: 'client',
      },
      { ...weekly, kind: 'report', every: { unit: 'days', n: 7 }, at: '17:00', from: days.date(-84), toleranceDays: 2 },
    ].map((cadence) => ({ ...cadence, owner: cast.persons['lijing']! })),
    silenceLimitDays: 14,
    workweek: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  })

  const steps: readonly Step[] = [
    step(-90, '10:00', async (t) => {
      const person = async (key: string, name: string, office: string): Promise<void> => {
        const body = { name, mail: `${key}@${office}.example` }
        cast.persons[key] = await t.create(admin('first'), 'engagements.person', 'register', body)
      }
      await person('lijing', '李静', 'studio')
      await person('wanglei', '王磊', 'studio')
      await person('chenxiaomei', '陈晓梅', 'jiangcheng-hospital')
      await person('zhaomin', '赵敏', 'jiangcheng-hospital')
      const hospital = await t.create(pm(), 'engagements.client', 'register', { name: '江城医院' })
      cast.engagement = await t.create(pm(), 'engagements.engagement', 'open', {
        client: hospital,
        name: '门诊预约平台',
        manager: cast.persons['lijing']!,
        start: days.date(-90),
        zone,
      })
      for (const [key, side, role, rights] of [
        ['lijing', 'ours', '项目经理', []],
        ['wanglei', 'ours', '开发负责人', []],
        ['chenxiaomei', 'client', '信息科主任', ['sign-minutes', 'accept-deliverables', 'approve-changes']],
        ['zhaomin', 'client', '门诊护士长', []],
      ] as const) {
        const body = { engagement: cast.engagement, person: cast.persons[key]!, side, role, rights: [...rights] }
        cast.stakeholders[key] = await t.create(pm(), 'engagements.stakeholder', 'add', body)
      }
    }),
    step(-88, '10:00', async (t) => {
      const body = { engagement: cast.engagement, ...(terms() as object) }
      cast.plan = await t.create(pm(), 'communication.communication-plan', 'define', body)
    }),
    ...clinicMeetings.flatMap((held) => asPlanned(setting, regular, held, meetings)),
    ...clinicMeetings.map(({ day }) =>
      step(day + 1, '09:30', (t) =>
        t.act(client('chenxiaomei'), ['communication.meeting', meetings.get(day)!], 'confirm-minutes', {
          stakeholder: cast.stakeholders['chenxiaomei']!,
        }),
      ),
    ),
    ...clinicReports.map((told) =>
      step(told.day, '17:10', async (t) => {
        made.set(`report ${told.day}`, await report(t, setting, weekly, told))
      }),
    ),
    ...clinicContacts.map(({ when, who, ...contact }) =>
      step(...when, async (t) => {
        const participants = [cast.stakeholders[who]!]
        await t.create(pm(), 'communication.interaction', 'log', {
          engagement: cast.engagement,
          ...contact,
          participants,
        })
      }),
    ),
    step(-47, '09:40', async (t) => {
      const body = {
        engagement: cast.engagement,
        kind: 'progress-problem',
        subject: '短信通道',
        impact: '运营商审核需要两周，提醒短信推迟上线。',
        countermeasure: '先用微信公众号发送提醒。',
        identifiedAt: days.instant([-48, '16:00']),
        raisedBy: 'us',
      }
      made.set('sms', await t.create(pm(), 'communication.disclosure', 'disclose', body))
    }),
    step(-46, '08:50', (t) =>
      t.act(client('chenxiaomei'), ['communication.disclosure', made.get('sms')!], 'acknowledge', {
        stakeholder: cast.stakeholders['chenxiaomei']!,
        heardBefore: false,
        note: '同意，先上公众号。',
      }),
    ),
    step(-73, '11:00', (t) => done(t, setting, '提供各科室的排班表', '已通过微信发来。')),
    step(-9, '17:30', async (t) => {
      const body = {
        engagement: cast.engagement,
        what: '把新的排班规则整理成表格发给护士长',
        owner: cast.persons['wanglei']!,
        due: days.date(4),
        meeting: meetings.get(-9)!,
      }
      await t.create(pm(), 'communication.action-item', 'assign', body)
    }),
  ]
  return { name: 'clinic', zone, steps }
}
