/** Codes that every decision can answer with, beside its own. */
export const platformCodes = {
  'invalid-command': 'The command does not fit its schema; `errors` names each field.',
  'not-found': 'There is no such thing here.',
  'reference-not-found': 'Something that the command refers to is not here.',
  forbidden: 'Your role may not do this.',
  'revision-mismatch': 'It has changed since the revision in If-Match.',
  'idempotency-key-reused': 'The same key came before with another body.',
  'occurred-in-future': 'occurredAt lies more than five minutes ahead.',
  'occurred-before-beginning': 'occurredAt lies before the thing itself began.',
  'subject-erased': 'The person or engagement whose data this would hold is erased.',
  'too-large': 'The event would be larger than 512 KiB.',
  conflict: 'Others kept changing it; nothing was recorded. Try again.',
} as const
