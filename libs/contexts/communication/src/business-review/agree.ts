import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { askParticipants, checkParticipants, participantErrors } from '../interaction/participants.ts'
import { whoOf } from '../meeting/attendees.ts'
import { businessReview, businessReviewAgreed } from './events.ts'

export const agree = decision(businessReview, 'agree', {
  summary: 'Ends a business review with one ask, and one commitment from each side.',
  rules: [],
  roles: ['pm'],
  command: contract.BusinessReviewAgreed.shape,
  errors: {
    ...participantErrors,
    'not-held': 'The review did not take place by then.',
    'already-agreed': 'The review has its ask and its commitments.',
    'wrong-side': 'Each side makes its own commitment; `side` names the one that is made by the other.',
  },
  example: {
    ask: 'May we name you as a reference?',
    ourCommitment: {
      stakeholder: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
      statement: 'The second district can be tried out.',
      due: '2026-08-31',
    },
    theirCommitment: {
      stakeholder: '0192f0c1-7b7a-7c3e-8b8a-1234567890ac',
      statement: 'Two clerks take part in the trial.',
      due: '2026-08-31',
    },
  },
  facts: ({ ourCommitment, theirCommitment }) =>
    askParticipants([ourCommitment.stakeholder, theirCommitment.stakeholder]),
  decide({ engagement, held, agreed }, command, { facts, occurred, refuse }) {
    if (held === undefined || isBefore(occurred, held)) return refuse('not-held')
    if (agreed) return refuse('already-agreed')
    const [ours, theirs] = [command.ourCommitment.stakeholder, command.theirCommitment.stakeholder]
    const who = whoOf(facts, [ours, theirs])
    checkParticipants(who, engagement, occurred, refuse)
    if (who[ours]!.side !== 'ours') return refuse('wrong-side', { side: 'ours' })
    if (who[theirs]!.side !== 'client') return refuse('wrong-side', { side: 'client' })
    return [businessReviewAgreed(command)]
  },
})
