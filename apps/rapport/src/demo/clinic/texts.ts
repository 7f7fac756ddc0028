import type { Held, Reported } from '../rhythm.ts'
import type { When } from '../story.ts'

const all = ['lijing', 'wanglei', 'chenxiaomei', 'zhaomin']
const few = ['lijing', 'chenxiaomei']

/** 双周例会，按计划日期。 */
export const clinicMeetings: readonly Held[] = [
  {
    day: -79,
    title: '启动会',
    agenda: ['项目目标', '门诊现状', '沟通方式'],
    text: '陈主任介绍了门诊排队的情况，上午九点到十点最拥挤。双方同意每两周开一次例会。',
    decisions: ['先上线内科和儿科。'],
    actions: [{ owner: 'zhaomin', what: '提供各科室的排班表', due: -72 }],
    attendees: all,
  },
  {
    day: -65,
    title: '双周例会',
    agenda: ['排班规则', '界面原型'],
    text: '演示了预约界面。护士长希望老年人可以由家属代为预约。',
    requests: ['家属可以代老人预约。'],
    attendees: all,
  },
  {
    day: -51,
    title: '双周例会',
    agenda: ['短信提醒', '数据接口'],
    text: '接口已经打通，短信通道正在申请。',
    attendees: few,
  },
  {
    day: -37,
    title: '双周例会',
    agenda: ['试运行准备'],
    text: '确定了试运行的科室和时间，培训安排在周末。',
    decisions: ['试运行从内科开始。'],
    feedback: '陈主任：上次的周报写得很清楚。',
    attendees: few,
  },
  {
    day: -23,
    title: '双周例会',
    agenda: ['试运行情况'],
    text: '试运行第一周共有四百一十二个预约，爽约率百分之九。',
    attendees: all,
  },
  {
    day: -9,
    title: '双周例会',
    agenda: ['新的排班规则', '儿科上线'],
    text: '儿科希望按半小时分段。王磊整理排班规则。',
    decisions: ['儿科下个月上线。'],
    attendees: few,
  },
]

const told = (day: number, completed: string, nextStep: string): Reported => ({
  day,
  completed: [completed],
  nextSteps: [nextStep],
})

/** 内部周报。 */
export const clinicReports: readonly Reported[] = [
  told(-84, '签订合同，组建团队。', '准备启动会。'),
  told(-77, '启动会。', '整理排班规则。'),
  told(-70, '界面原型。', '接口联调。'),
  told(-63, '代预约流程设计。', '接口联调。'),
  told(-56, '接口联调完成。', '申请短信通道。'),
  told(-49, '预约主流程。', '短信提醒。'),
  told(-42, '公众号提醒。', '培训材料。'),
  told(-35, '培训材料。', '试运行。'),
  told(-28, '护士培训。', '试运行。'),
  told(-21, '试运行第一周。', '降低爽约率。'),
  told(-14, '爽约提醒。', '儿科排班。'),
  told(-7, '儿科排班调研。', '半小时分段。'),
]

/** 会议之外的联系。 */
export const clinicContacts: readonly {
  readonly when: When
  readonly who: string
  readonly channel: string
  readonly direction: string
  readonly summary: string
}[] = [
  { when: [-74, '10:20'], who: 'zhaomin', channel: 'chat', direction: 'inbound', summary: '发来了各科室的排班表。' },
  {
    when: [-60, '15:05'],
    who: 'chenxiaomei',
    channel: 'phone',
    direction: 'outbound',
    summary: '确认接口由信息科提供。',
  },
  { when: [-44, '09:30'], who: 'zhaomin', channel: 'visit', direction: 'outbound', summary: '到门诊看了早高峰。' },
  {
    when: [-30, '11:15'],
    who: 'chenxiaomei',
    channel: 'phone',
    direction: 'inbound',
    summary: '询问培训时间，已答复周末。',
  },
]
