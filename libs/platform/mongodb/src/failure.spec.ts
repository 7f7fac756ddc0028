import { expect, test } from '@jest/globals'
import { Unavailable } from '@rapport/events'
import { failureOf, portError } from './failure.ts'

test('an error of the socket that the driver lets through is an outage, and nobody knows what became of a write', () => {
  const cut = Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' })
  expect(failureOf(cut)).toBe('doubtful')
  expect(portError(cut)).toBeInstanceOf(Unavailable)
})

test('an error that is neither of the driver nor of a socket stays what it is', () => {
  for (const defect of [new TypeError('x'), Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' })]) {
    expect(failureOf(defect)).toBeUndefined()
    expect(portError(defect)).toBe(defect)
  }
})
