import { channel } from 'node:diagnostics_channel'

/** The named points at which the crash harness may end the process; without a subscriber they cost one comparison. */
export const crashPoints = {
  beforeAppend: channel('rapport.crash.before-append'),
  insideGroup: channel('rapport.crash.inside-group'),
  afterCommit: channel('rapport.crash.after-commit'),
  betweenDocumentAndCheckpoint: channel('rapport.crash.between-document-and-checkpoint'),
  insideBackup: channel('rapport.crash.inside-backup'),
} as const

/** Announces that the process stands at a crash point. */
export function reach(point: keyof typeof crashPoints): void {
  const at = crashPoints[point]
  if (at.hasSubscribers) at.publish({ point })
}
