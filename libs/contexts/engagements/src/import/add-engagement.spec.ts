import { describe, test } from '@jest/globals'
import { anId, given } from '@rapport/testing'
import { addEngagement } from './add-engagement.ts'
import { importEngagementAdded, imports } from './events.ts'
import { completed, started } from './examples.fixture.ts'

const portal = { engagement: anId(900) }

describe('import: add-engagement', () => {
  test('an engagement is added before its first fact', () =>
    given(imports, [started])
      .when(addEngagement, portal)
      .thenRecorded([importEngagementAdded(portal)]))

  test('adding it again does nothing', () =>
    given(imports, [started, importEngagementAdded(portal)])
      .when(addEngagement, portal)
      .thenNothing())

  test('an engagement that is not here is not added', () =>
    given(imports, [started])
      .when(addEngagement, { engagement: anId(77) })
      .thenRefused('reference-not-found'))

  test('an ended import takes no engagement', () =>
    given(imports, [started, completed]).when(addEngagement, portal).thenRefused('ended'))
})
