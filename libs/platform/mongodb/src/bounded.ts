import mongoose from 'mongoose'

/** Milliseconds after which nobody waits for the driver any longer: twice what it waits for a socket itself. */
const LONGEST = 60_000

/**
 * A collection, or a cursor of it, whose every answer comes within `ms`, or is a network error of the driver's kind. The driver (7.6)
 * waits for ever where it writes a command to a connection that breaks at that moment: the write says that the socket is full, the
 * socket closes, and what it waits for, that the socket drains, never comes. Its own limit of a socket ends with the socket.
 */
export function bounded<T extends object>(target: T, ms = LONGEST): T {
  const self: T = new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: readonly unknown[]): unknown => {
        const answer: unknown = Reflect.apply(value, target, args)
        if (isPromise(answer)) return within(answer, ms)
        if (answer === target) return self
        return isCursor(answer) ? bounded(answer, ms) : answer
      }
    },
  })
  return self
}

const isPromise = (answer: unknown): answer is Promise<unknown> =>
  typeof (answer as { then?: unknown } | null | undefined)?.then === 'function'
const isCursor = (answer: unknown): answer is object =>
  typeof answer === 'object' && answer !== null && 'toArray' in answer

async function within<T>(answer: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const limit = setTimeout(() => reject(new mongoose.mongo.MongoNetworkTimeoutError(`no answer in ${ms} ms`)), ms)
  try {
    return await Promise.race([answer, promise])
  } finally {
    clearTimeout(limit)
  }
}
