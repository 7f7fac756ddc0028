/** How a process of Node is started so that it dies by SIGKILL when a crash point announces itself for the n-th time. */
export interface Crashing {
  readonly execArgv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** `point` is the name of a diagnostics channel, `rapport.crash.…`; a process that never gets there ends as if nothing was asked. */
export const crashingAt = (point: string, nth = 1): Crashing => ({
  execArgv: ['--import', new URL('./preload.ts', import.meta.url).href],
  env: { RAPPORT_CRASH_AT: point, RAPPORT_CRASH_NTH: String(nth) },
})
