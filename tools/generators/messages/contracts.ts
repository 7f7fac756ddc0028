import * as contracts from '@rapport/contracts'
import type { AnyPublicEvent } from '@rapport/events'

/** Every version of every public event, in the order of its name. An old version stays among the contracts for ever: it stands on topics. */
export const publicEvents: readonly AnyPublicEvent[] = Object.values(contracts)
  .flatMap((context) => Object.values(context) as unknown[])
  .filter(isPublicEvent)
  .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))

function isPublicEvent(value: unknown): value is AnyPublicEvent {
  return typeof value === 'function' && 'stored' in value && 'shape' in value && 'stream' in value
}

/** `communication.meeting.MeetingHeld.v1`: the name of its schema, of its message, and what the checks call it. */
export function nameOf({ stream, type, version }: AnyPublicEvent): string {
  return `${stream}.${type}.v${version}`
}
/** The value of `ce_type`. */
export const ceType = ({ stream, type, version }: AnyPublicEvent): string =>
  `rapport.${stream.split('.')[0]!}.${type}.v${version}`
