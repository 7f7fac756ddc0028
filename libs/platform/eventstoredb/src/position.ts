import { Corrupt, START } from '@rapport/events'
import type { Position } from '@rapport/events'

/** A place in the server's transaction log, as its messages write it: two decimal numbers. */
export interface LogPosition {
  readonly commit: string
  readonly prepare: string
}

const WIDTH = 20

/** Commit and prepare, 20 digits each. Both are kept: from `prepare` 0 the server gives the event at `commit` again. */
export const positionOf = ({ commit, prepare }: LogPosition): Position =>
  commit.padStart(WIDTH, '0') + prepare.padStart(WIDTH, '0')

/** The place that a position names, undefined for the start; {@link Corrupt} for a text that this store never gave. */
export function placeOf(position: Position): LogPosition | undefined {
  if (position === START) return undefined
  if (!/^\d{40}$/.test(position)) throw new Corrupt('The position is not one of this store.', { position })
  return { commit: plain(position.slice(0, WIDTH)), prepare: plain(position.slice(WIDTH)) }
}

const plain = (digits: string): string => digits.replace(/^0+(?=\d)/, '')
