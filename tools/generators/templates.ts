interface Names {
  readonly context: string
  readonly stream: string
  readonly name: string
  readonly exported: string
  readonly variable: string
  readonly event: string
  readonly constant: string
}

/** A decision that records its event and refuses nothing yet. */
export const decisionText = (
  n: Omit<Names, 'stream'>,
): string => `import { ${n.context} as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { ${n.variable}, ${n.constant} } from './events.ts'

export const ${n.exported} = decision(${n.variable}, '${n.name}', {
  summary: 'TODO: what it does, for whom.',
  // TODO: the rules that it keeps, 'I-30'; each begins the title of a test beside.
  rules: [],
  roles: ['pm'],
  command: contract.${n.event}.shape,
  // TODO: 'a-code': 'When it refuses.'
  errors: {},
  example: { reason: 'TODO' },
  // TODO: decide(state, command, { refuse }) { if (…) return refuse('a-code'); return […] }
  decide: (_, command) => [${n.constant}(command)],
})
`

/** A spec that is red until it is written. */
export const specText = (n: Omit<Names, 'context' | 'event'>): string => `import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { ${n.variable}, ${n.constant} } from './events.ts'
import { ${n.exported} } from './${n.name}.ts'

const said = { reason: 'TODO' }

describe('${n.stream}: ${n.name}', () => {
  test('TODO: what it records', () =>
    given(${n.variable}, [/* TODO: what had happened */])
      .when(${n.exported}, said)
      .thenRecorded([${n.constant}(said)]))

  test('TODO: when it refuses, a test for each code', () => {
    throw new Error('TODO: given(…).when(…).thenRefused(code)')
  })
})
`
