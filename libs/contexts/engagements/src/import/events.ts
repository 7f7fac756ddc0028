import { engagements as contract } from '@rapport/contracts'
import { event, fieldLimits, stream, text } from '@rapport/events'
import { z } from 'zod'
import type { Import } from './state.ts'

// Which mapping a run used is nobody else's business; which engagements it touches, and when it ends, is.
export const importStarted = event(
  'ImportStarted',
  1,
  {
    /** Where the rows come from, as the mapping calls it. */
    source: text(fieldLimits.name),
    /** SHA-256 of the mapping, in hex. */
    mapping: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex'),
  },
  {
    visibility: 'internal',
    publish: 'none',
    say: { en: 'An import from {source} began', zh: '开始从{source}导入' },
    evolve: (_: Import, e) => ({ source: e.source, engagements: [], ended: false }),
  },
)

export const importEngagementAdded = event(contract.ImportEngagementAdded, {
  visibility: 'internal',
  say: { en: 'The import brings facts about {engagement}', zh: '本次导入包含{engagement}的记录' },
  evolve: (s: Import, e) => ({ ...s, engagements: [...s.engagements, e.engagement] }),
})

export const importCompleted = event(contract.ImportCompleted, {
  visibility: 'internal',
  say: {
    en: 'The import was completed; of {rows} rows {recorded} brought something new, {unchanged} nothing, {rejected} were rejected',
    zh: '导入完成；共{rows}行，新增{recorded}行，无变化{unchanged}行，拒绝{rejected}行',
  },
  evolve: (s: Import) => ({ ...s, ended: true }),
})

export const importAbandoned = event(contract.ImportAbandoned, {
  visibility: 'internal',
  say: { en: 'The import was abandoned: {reason}', zh: '导入已放弃：{reason}' },
  evolve: (s: Import) => ({ ...s, ended: true }),
})

export const imports = stream<Import>('engagements.import', {
  initial: undefined as never,
  events: [importStarted, importEngagementAdded, importCompleted, importAbandoned],
  scope: { level: 'tenant' },
  released: (s) => s.ended,
})
