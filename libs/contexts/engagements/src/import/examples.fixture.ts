import { importCompleted, importStarted } from './events.ts'

export const boston = { source: 'boston311', mapping: '5e'.repeat(32) }
export const started = importStarted(boston)
export const counts = { rows: 100, recorded: 96, unchanged: 3, rejected: 1 }
export const completed = importCompleted(counts)
