/** Lets followers sleep until something new is durable. */
export class Wakeups {
  #sleepers = new Set<() => void>()

  /** Resolves at the next {@link wake}, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#sleepers.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#sleepers.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    })
  }

  wake(): void {
    for (const done of [...this.#sleepers]) done()
  }
}
