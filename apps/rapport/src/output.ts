import { Ended, exitCodes } from './exit-codes.ts'

/** Writes a line to standard output and waits while the reader is slow; a reader that went away (`| head`) ends the command quietly. */
export function print(line: string): Promise<void> {
  return write(line.replace(UNSAFE, (c) => (c === '\u001b' ? '␛' : '\ufffd')))
}
/** What drives a terminal instead of standing on it (C0 without tab and newline, DEL, C1), and what turns the direction of text. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

function write(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()))
  })
}
export const printJson = (value: unknown): Promise<void> => write(JSON.stringify(value))

process.stdout.on('error', (error: { code?: string }) => {
  if (error.code === 'EPIPE') process.exit(0)
})

/** Progress on standard error, and only on a terminal: one line that is written over, at most ten times a second. */
export class Progress {
  readonly #shown = process.stderr.isTTY
  #last = 0

  show(words: string): void {
    const now = performance.now()
    if (!this.#shown || now - this.#last < 100) return
    this.#last = now
    process.stderr.write(`\r\u001b[K${words}`)
  }
  clear(): void {
    if (this.#shown && this.#last > 0) process.stderr.write('\r\u001b[K')
  }
}

/** npm passes Ctrl-C on to a process that the terminal has told already: within this many milliseconds it is the same one. */
const SAME = 1000

/** Milliseconds in which a command that was told to end must have ended: more than the server's own time for its last requests. */
const PATIENCE = 40_000

/** Calls `first` at Ctrl-C or SIGTERM; a second one ends the process at once. */
export function onInterrupt(first: () => void, patience = PATIENCE): void {
  let told: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (told !== undefined && performance.now() - told > SAME) process.exit(exitCodes.interrupted.code)
      if (told === undefined) {
        first()
        // What waits for something that never comes, a full disk's read models for one, is ended all the same.
        setTimeout(() => process.exit(exitCodes.interrupted.code), patience).unref()
      }
      told ??= performance.now()
    })
}

/** Aborts at Ctrl-C or SIGTERM, so that work ends where it can be resumed. */
export function interruptible(): AbortSignal {
  const controller = new AbortController()
  onInterrupt(() =>
    controller.abort(new Ended('interrupted', 'Interrupted; what was recorded stays. Run it again to go on.')),
  )
  return controller.signal
}
