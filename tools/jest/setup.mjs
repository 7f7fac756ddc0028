import { expect, jest } from '@jest/globals'

// A limit for what hangs, not for what is slow: machines are noisy, and no test asserts a time.
jest.setTimeout(300_000)

// Jest compares own enumerable properties; Temporal objects have none, so any two of a type would be equal.
const isTemporal = (value) => Object.prototype.toString.call(value).startsWith('[object Temporal.')

expect.addEqualityTesters([
  function temporal(a, b) {
    if (!isTemporal(a) && !isTemporal(b)) return undefined
    return isTemporal(a) && isTemporal(b) && a.constructor === b.constructor && a.toString() === b.toString()
  },
])
