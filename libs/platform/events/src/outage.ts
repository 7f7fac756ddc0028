import { OutcomeUnknown, StorageFull, Unavailable } from './errors.ts'

/** Whether the same call may succeed later: it is repeated for ever, and never counts as a failure of what was asked. */
export const isOutage = (error: unknown): boolean =>
  error instanceof Unavailable || error instanceof OutcomeUnknown || error instanceof StorageFull
