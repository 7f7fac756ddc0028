/** What was promised was not kept. */
export class BrokenPromise extends Error {}

/** Fails the case with what was promised and not kept. */
export function fail(message: string): never {
  throw new BrokenPromise(message)
}

export function holds(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message)
}

/** Equal as JSON, whatever the order of members; prototypes do not count, as rows of a driver come from another realm inside Jest. */
export function same(actual: unknown, expected: unknown, what = 'value'): void {
  const [a, e] = [sorted(actual), sorted(expected)]
  if (a !== e) fail(`${what}: ${short(a)} instead of ${short(e)}`)
}

type ErrorClass<E> = abstract new (...args: never[]) => E

/** The call must fail with this class of error; it is given back. A synchronous throw counts. */
export async function throws<E>(kind: ErrorClass<E>, call: () => unknown, what = 'the call'): Promise<E> {
  let answer: unknown
  try {
    answer = await call()
  } catch (error) {
    if (error instanceof kind) return error
    return fail(`${what} failed with ${String(error)} instead of ${kind.name}`)
  }
  return fail(`${what} answered ${short(sorted(answer))} instead of ${kind.name}`)
}

/** Resolves as the promise does, or fails after the given time. */
export async function within<T>(milliseconds: number, promise: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BrokenPromise(`not within ${milliseconds} ms: ${what()}`)), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

const short = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text)

function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      if (inner === undefined) return { '(undefined)': true }
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
      return Object.fromEntries(
        Object.entries(inner)
          .filter(([, v]) => v !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    }) ?? 'undefined'
  )
}
