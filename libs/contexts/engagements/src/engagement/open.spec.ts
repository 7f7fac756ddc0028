import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { given } from '@rapport/testing'
import { engagement, engagementOpened } from './events.ts'
import { portal } from './examples.fixture.ts'
import { open } from './open.ts'

const known = (client: object, manager: object) =>
  given(engagement)
    .fact(engagements.clientFact, portal.client, client)
    .fact(engagements.personFact, portal.manager, manager)

describe('engagement: open', () => {
  test('a project is opened for a client', () =>
    known({}, {})
      .when(open, portal)
      .thenRecorded([engagementOpened(portal)]))

  test('a retired client gets no new engagement', () =>
    known({ retired: true }, {}).when(open, portal).thenRefused('client-retired'))

  test('an erased person manages nothing', () =>
    known({}, { erased: true }).when(open, portal).thenRefused('manager-erased'))

  test('the client and the manager are known', () =>
    given(engagement).when(open, portal).thenRefused('reference-not-found'))
})
