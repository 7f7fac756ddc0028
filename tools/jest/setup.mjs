import { expect, jest } from '@jest/globals'
import fc from 'fast-check'

// A limit for what hangs, not for what is slow: machines are noisy, and no test asserts a time.
jest.setTimeout(300_000)

// Every run of a property draws others, and says its seed where it fails; what decides whether a change lands names the seed itself.
const seed = process.env['PROPERTY_SEED']
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) })

// Jest compares own enumerable properties; Temporal objects have none, so any two of a type would be equal.
const isTemporal = (value) => Object.prototype.toString.call(value).startsWith('[object Temporal.')

expect.addEqualityTesters([
  function temporal(a, b) {
    if (!isTemporal(a) && !isTemporal(b)) return undefined
    return isTemporal(a) && isTemporal(b) && a.constructor === b.constructor && a.toString() === b.toString()
  },
])
