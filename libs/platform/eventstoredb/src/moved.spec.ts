import { describe, expect, it } from '@jest/globals'
import { readMetadata, storedMetadata } from './moved.ts'

const event = { id: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', type: 'Happened', data: '{}' }
const recordedAt = '2021-03-04T05:06:07.890Z'

describe('what is stored as the metadata of an event', () => {
  it.each(['{}', '{ }', '{"a":1}', '{ "a":1}', '{"recordedAt":"then"}', '{"a":"{\\"$recordedAt\\":1"}'])(
    'holds the instant of a moved one beside its members, and gives %s back',
    (metadata) => {
      const stored = storedMetadata({ ...event, metadata, recordedAt })
      expect(JSON.parse(stored)).toEqual({ $recordedAt: recordedAt, ...JSON.parse(metadata) })
      expect(readMetadata(stored)).toEqual({ metadata, recordedAt })
      expect(storedMetadata({ ...event, metadata })).toBe(metadata)
      expect(readMetadata(metadata)).toEqual({ metadata })
    },
  )

  it('cannot be taken for that of a moved one', () => {
    const metadata = `{"$recordedAt":"${recordedAt}","a":1}`
    expect(() => storedMetadata({ ...event, metadata })).toThrow(expect.objectContaining({ code: 'invalid-append' }))
  })
})
