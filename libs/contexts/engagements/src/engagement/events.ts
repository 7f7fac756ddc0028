import { engagements as contract } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { Engagement } from './state.ts'

export const engagementOpened = event(contract.EngagementOpened, {
  visibility: 'client',
  say: {
    en: '{name} was opened for {client}, managed by {manager}, starting {start}',
    zh: '为{client}启动了{name}，由{manager}负责，自{start}起',
  },
  evolve: (_: Engagement, e) => ({ name: e.name, closed: false }),
})

export const engagementClosed = event(contract.EngagementClosed, {
  visibility: 'client',
  say: { en: '{self} was closed', zh: '{self}已结项' },
  show: ['reason'],
  evolve: (s: Engagement) => ({ ...s, closed: true }),
})

export const engagement = stream<Engagement>('engagements.engagement', {
  initial: undefined as never,
  events: [engagementOpened, engagementClosed],
  scope: { level: 'engagement' },
  label: (s) => s.name,
})
