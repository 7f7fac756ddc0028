import { InvalidAppend } from '@rapport/events'
import type { NewEvent } from '@rapport/events'

/**
 * The server dates every event itself, and keeps no member of its own metadata but its own. So of an event that another store recorded
 * first, the instant stands as the first member of the bytes that are stored as metadata, and is taken off again when they are read: the
 * metadata stay byte for byte what they were. $ sorts before every letter, so what is stored is canonical too.
 */
const member = '{"$recordedAt":"'
const INSTANT = 'YYYY-MM-DDTHH:mm:ss.sssZ'.length

/** The bytes that are stored as an event's metadata. */
export function storedMetadata({ id, metadata, recordedAt }: NewEvent): string {
  if (metadata.startsWith(member)) throw new InvalidAppend('the member $recordedAt of the metadata is taken', { id })
  if (recordedAt === undefined) return metadata
  const rest = metadata.slice(1)
  return `${member}${recordedAt}"${/^\s*\}/.test(rest) ? '' : ','}${rest}`
}

/** The metadata again, and when another store recorded the event first, if one did. */
export function readMetadata(stored: string): { readonly metadata: string; readonly recordedAt?: string } {
  if (!stored.startsWith(member)) return { metadata: stored }
  const recordedAt = stored.slice(member.length, member.length + INSTANT)
  const rest = stored.slice(member.length + INSTANT + 1)
  return { metadata: `{${rest.startsWith(',') ? rest.slice(1) : rest}`, recordedAt }
}
