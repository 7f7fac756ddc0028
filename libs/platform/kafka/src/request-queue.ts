// @ts-expect-error It has no types of its own.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

/** What is touched of kafkajs' queue of requests, one for each connection. */
interface Queue {
  readonly pending: readonly unknown[]
  readonly throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
}

const RECHECK = 10

/**
 * kafkajs 2.2.4 looks for waiting requests every millisecond on every connection, for ever, by a timer with a negative delay (its issues 1556,
 * 1704, 1751): a fortieth of a processor for each idle consumer, and a warning on standard error. This looks only while requests wait, when the
 * broker's throttle ends; whatever is answered lets the next one go as before.
 */
export function quietQueues(): void {
  const prototype = (RequestQueue as { readonly prototype: object }).prototype
  if (typeof Reflect.get(prototype, 'scheduleCheckPendingRequests') !== 'function')
    throw new TypeError('kafkajs has no such queue any more: see whether it still needs to be quietened.')
  Reflect.set(prototype, 'scheduleCheckPendingRequests', function schedule(this: Queue): void {
    if (this.throttleCheckTimeoutId !== null && this.throttleCheckTimeoutId !== undefined) return
    if (this.pending.length === 0) return
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      Math.max(RECHECK, this.throttledUntil - Date.now()),
    )
  })
}
