import { expect } from '@jest/globals'

// Jest compares own enumerable properties; Temporal objects have none, so any two of a type would be equal.
const isTemporal = (value) => Object.prototype.toString.call(value).startsWith('[object Temporal.')

expect.addEqualityTesters([
  function temporal(a, b) {
    if (!isTemporal(a) && !isTemporal(b)) return undefined
    return isTemporal(a) && isTemporal(b) && a.constructor === b.constructor && a.toString() === b.toString()
  },
])
