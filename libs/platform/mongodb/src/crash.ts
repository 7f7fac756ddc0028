import { channel } from 'node:diagnostics_channel'

/** The named points at which the crash harness may end the process; without a subscriber they cost one comparison. */
export const crashPoints = {
  betweenDocumentAndCheckpoint: channel('rapport.crash.between-document-and-checkpoint'),
  insideRotation: channel('rapport.crash.inside-rotation'),
  insideKeyMaking: channel('rapport.crash.inside-key-making'),
} as const

/** Announces that the process stands at a crash point. */
export function reach(point: keyof typeof crashPoints): void {
  const at = crashPoints[point]
  if (at.hasSubscribers) at.publish({ point })
}
