import { describe, test } from '@jest/globals'
import { businessReviewHeld } from './events.ts'
import { anna, elsewhere, found, held, left, mia, reviewed, scheduled } from './examples.fixture.ts'
import { hold } from './hold.ts'

describe('business-review: hold', () => {
  test('it says what was found, and who attended for which side', () =>
    reviewed(scheduled)
      .when(hold, { ...found, attendees: [anna, mia, anna] })
      .thenRecorded([
        businessReviewHeld({
          ...found,
          attendees: [
            { stakeholder: anna, side: 'client' },
            { stakeholder: mia, side: 'ours' },
          ],
        }),
      ]))

  test('it is held once', () =>
    reviewed(scheduled, held)
      .when(hold, { ...found, attendees: [anna] })
      .thenRefused('already-held'))

  test('who attended was a stakeholder of the engagement', async () => {
    const with_ = (id: typeof anna) => reviewed(scheduled).when(hold, { ...found, attendees: [id] })
    await with_(elsewhere).thenRefused('participant-elsewhere')
    await with_(left).thenRefused('participant-removed')
  })
})
