export { exportStore } from './export.ts'
export type { ExportOptions } from './export.ts'
export { restoreExport } from './restore.ts'
export type { Moved, MoveTarget, RestoreOptions } from './restore.ts'
