import { describe, expect, test } from '@jest/globals'
import { streamName, uuidv7, uuidv8, type Doc, type StoredEvent } from '@rapport/events'
import { Account } from './account.ts'
import { Book, TENANT, type Command } from './book.ts'
import { failuresOf } from './report.ts'
import { moments } from './plan.ts'

const actors = { pm: uuidv7(), alice: uuidv7(), bob: uuidv7() }
const stream = 'communication.meeting'
const held: Command = {
  ...{ by: 'pm', stream, decision: 'record-held', path: '/api/communication/meetings/record-held', body: {} },
  types: ['MeetingHeld', 'MinutesRecorded'],
}

/** A command of two events that was acknowledged, the two events with one action, and the effect of the reaction to it. */
function world() {
  const book = new Book(actors)
  const asked = book.ask(held, 'key')
  const id = uuidv7()
  const name = streamName(stream, TENANT, id)
  const event = (of: string, type: string, place: [number, number], data: Doc = {}, kind = 'person'): StoredEvent => {
    const [revision, position] = place
    const metadata = { v: 1, tenant: TENANT, actor: { id: actors.pm, kind }, commandId: of, occurredAt: '' }
    const stored = { id: uuidv7(), type, metadata: JSON.stringify(metadata), data: JSON.stringify(data) }
    return { ...stored, stream: name, revision, position: String(position).padStart(20, '0'), recordedAt: '' }
  }
  const first = event(asked.commandId, 'MeetingHeld', [0, 1])
  const second = event(asked.commandId, 'MinutesRecorded', [1, 2], { actions: [{ due: '2026-03-11' }] })
  const item = 'communication.action-item'
  const reaction = 'reaction:when-minutes-hold-an-action-assign-it'
  const effect = event(
    uuidv8('command', TENANT, reaction, item, '', 'assign', `${second.id}/0`),
    'ActionItemAssigned',
    [0, 3],
    {},
    'reaction',
  )
  const answered = { status: 201, body: { id, revision: '1', position: second.position, events: 2 } }
  book.note(asked, answered)
  return { book, asked, event, first, second, effect: { ...effect, stream: streamName(item, TENANT, uuidv7()) } }
}
function codes(book: Book, events: readonly StoredEvent[], settled = true): readonly string[] {
  const account = new Account(book.asked)
  account.take(events)
  return account.judge(settled).map(({ code }) => code)
}

describe('the account', () => {
  test('is right where everything is there once', () => {
    const { book, first, second, effect } = world()
    expect(codes(book, [first, second, effect])).toEqual([])
  })

  test('misses what was acknowledged and is not there, and each half of it', () => {
    const { book, first, second, effect } = world()
    expect(codes(book, [])).toEqual(['lost'])
    expect(codes(book, [first])).toEqual(['half-done'])
    expect(codes(book, [second, effect])).toEqual(['order', 'half-done'])
  })

  test('lets a command in doubt be there or not, but never half', () => {
    const { book, first, second, effect } = world()
    const asked = [...book.asked.values()][0]!
    asked.standing = 'in-doubt'
    delete asked.answer
    expect(codes(book, [])).toEqual([])
    expect(codes(book, [first, second, effect])).toEqual([])
    expect(codes(book, [first])).toEqual(['half-done'])
  })

  test('finds what is there twice, under the same ids or others', () => {
    const { book, event, first, second, effect } = world()
    const { commandId } = [...book.asked.values()][0]!
    expect(codes(book, [first, second, effect, event(commandId, 'MeetingHeld', [2, 4])])).toEqual(['doubled'])
    const again = { ...first, stream: streamName(stream, TENANT, uuidv7()), position: '0'.repeat(19) + '4' }
    expect(codes(book, [first, second, effect, again])).toEqual(['doubled', 'doubled'])
  })

  test('finds what nobody asked for, what was refused, and what was never sent', () => {
    const { book, asked, event, first, second, effect } = world()
    expect(codes(book, [first, second, effect, event(uuidv7(), 'MeetingHeld', [2, 4])])).toEqual(['unasked'])
    for (const standing of ['refused', 'unsent'] as const) {
      asked.standing = standing
      expect(codes(book, [first, second, effect])).toEqual(['unasked'])
    }
  })

  test('finds an answer that named another place', () => {
    const { book, asked, first, second, effect } = world()
    asked.answer = { ...asked.answer!, revision: '0' }
    expect(codes(book, [first, second, effect])).toEqual(['differs'])
  })

  test('finds an effect that is missing once nothing moves any more, and one that came twice', () => {
    const { book, first, second, effect } = world()
    expect(codes(book, [first, second], false)).toEqual([])
    expect(codes(book, [first, second])).toEqual(['effect-missing'])
    const again = { ...effect, id: uuidv7(), stream: streamName('communication.action-item', TENANT, uuidv7()) }
    expect(codes(book, [first, second, effect, { ...again, position: '0'.repeat(19) + '4' }])).toEqual([
      'effect-doubled',
    ])
  })

  test('an answer that contradicts an earlier one, and one that nobody foresaw, are problems', () => {
    const { book, asked } = world()
    book.note(asked, { status: 200, body: { ...asked.answer!, revision: '7' } })
    book.note(asked, { status: 500, body: { code: 'unexpected' } })
    expect(book.problems).toHaveLength(2)
  })
})

describe('a run fails', () => {
  const rows = moments.map((at) => ({ at, kills: 1, acknowledged: 1, inDoubtStored: 1, inDoubtNotStored: 1 }))
  test('where a named point was never reached or nothing was in doubt; otherwise it does not', () => {
    expect(failuresOf({ moments: rows, problems: [] })).toEqual([])
    const never = rows.map((row) => (row.at === 'inside-erase' ? { ...row, kills: 0 } : row))
    expect(failuresOf({ moments: never, problems: [] })).toEqual(['The point inside-erase was never reached.'])
    const sure = rows.map((row) => ({ ...row, inDoubtStored: 0, inDoubtNotStored: 0 }))
    expect(failuresOf({ moments: sure, problems: [] })).toHaveLength(1)
    expect(failuresOf({ moments: rows, problems: ['half-done'] })).toEqual(['half-done'])
  })
})
