import type { Doc, Period } from '@rapport/events'
import type { Contact } from '../read/contacts.ts'

/** The contacts of a period up to now, the first first. */
export const contactsIn = (
  docs: readonly (Doc & { readonly id: string })[],
  { from, to, now }: Period,
): readonly Contact[] =>
  docs
    .map((doc) => doc as unknown as Contact)
    .filter(({ at }) => at >= from && at < to && at <= now)
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.events[0]! < b.events[0]! ? -1 : 1))
