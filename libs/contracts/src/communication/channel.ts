import { choice } from '@rapport/events'

export const channel = choice({
  email: { en: 'e-mail', zh: '电子邮件' },
  phone: { en: 'phone', zh: '电话' },
  meeting: { en: 'meeting', zh: '会面' },
  chat: { en: 'chat', zh: '即时消息' },
  portal: { en: 'portal', zh: '门户' },
  social: { en: 'social media', zh: '社交媒体' },
  letter: { en: 'letter', zh: '信函' },
  visit: { en: 'visit', zh: '走访' },
  other: { en: 'another channel', zh: '其他渠道' },
})
