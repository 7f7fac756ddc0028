/** How far a rule holds. */
export const kinds = {
  strict: 'at the moment of the decision, within one stream and the facts it asks for',
  projection: 'by a look at a read model when it is decided; two acts at the same instant can pass it',
  reaction: 'afterwards: a reaction looks again and records a violation',
  half: 'in part; what is missing stands beside it',
} as const

export interface Rule {
  readonly text: string
  /** Set when the first decision names the rule. */
  readonly holds?: keyof typeof kinds
  /** What a rule that holds in part lacks. */
  readonly missing?: string
}

/** The rules of the domain, in short. A decision names those that it keeps; a spec's title begins with the one that it proves. */
export const rules: Readonly<Record<`I-${string}`, Rule>> = {
  'I-01': {
    text: 'An engagement closes only when nothing in it is open, or what is open was transferred by name; a refusal lists it.',
  },
  'I-02': { text: 'A hand-over names the new manager and makes a digest with the open promises first.' },
  'I-03': {
    text: 'Only a stakeholder who holds the right at the moment of the act may accept, approve or sign.',
    holds: 'half',
    missing: 'Minutes are signed under it; accepting and approving are not built yet.',
  },
  'I-04': { text: 'The baseline date of a milestone is never overwritten: slip is measured from it.' },
  'I-05': { text: 'A forecast is a range with a confidence; a single date is for commitments.' },
  'I-06': { text: 'Nobody is allocated above 100 % on any day without a reason.' },
  'I-07': {
    text: 'A commitment has exactly one promiser, one promisee, a due instant and a statement that can be verified.',
  },
  'I-08': {
    text: 'A new due date needs the promisee’s consent and comes before the current one has passed; later the commitment breaks.',
  },
  'I-09': { text: 'The first due date of a commitment is kept for ever.' },
  'I-10': { text: 'The clock breaks an open commitment at its due instant, once, also after a standstill.' },
  'I-11': {
    text: 'Fulfilment needs evidence; after a break it counts as late and stays broken in the strict measure.',
  },
  'I-12': {
    text: 'An expectation in conflict with the plan is flagged when stated and not aligned before one of the two has changed.',
  },
  'I-13': { text: 'A revised expectation keeps the earlier value and who agreed to it.' },
  'I-14': {
    text: 'A forecast that moves beyond tolerance must be told for each affected expectation in time; otherwise the clock records a miss.',
  },
  'I-15': {
    text: 'Silence is agreement only where the communication plan says so, and after its period.',
    holds: 'half',
    missing: 'The plan says so; what would be agreed by silence is not built yet.',
  },
  'I-16': { text: 'An expectation is met only against an aligned value.' },
  'I-17': { text: 'A benefit counts only after the client confirmed it.' },
  'I-18': { text: 'Goodwill hours have a cap; more needs a reason and an approver.' },
  'I-19': { text: 'Scores before and after belong to the same participant; groups under 5 are not shown by group.' },
  'I-20': {
    text: 'A held meeting without minutes after two working days is recorded as overdue by the clock.',
    holds: 'strict',
  },
  'I-21': {
    text: 'Minutes are confirmed by an attendee of the client, or stay visibly unconfirmed.',
    holds: 'strict',
  },
  'I-22': {
    text: 'A verbal request in minutes becomes a need that links to them.',
    holds: 'half',
    missing: 'The request ends at the public event of the minutes until requirements take it up.',
  },
  'I-23': {
    text: 'An action item that was carried over more often than the plan allows escalates.',
    holds: 'half',
    missing: 'The escalation ends at its public event until issues take it up.',
  },
  'I-24': {
    text: 'A status report has an as-of instant, a period and its five parts; issued it is frozen, a correction is a version that names the old one.',
    holds: 'strict',
  },
  'I-25': {
    text: 'Every figure of a report carries its query, model version and last event and can be derived again; no caller posts figures.',
    holds: 'projection',
  },
  'I-26': {
    text: 'What is internal never enters a report for the client.',
    holds: 'half',
    missing: 'Measures and what a report refers to are held to it; what its texts say is for their writer.',
  },
  'I-27': {
    text: 'A report that was not issued within its tolerance is recorded by the clock.',
    holds: 'projection',
  },
  'I-28': { text: 'An interaction says in which direction it went.', holds: 'strict' },
  'I-29': {
    text: 'No two-way contact for longer than the plan allows is recorded once per silence; the next contact ends it.',
    holds: 'projection',
  },
  'I-30': { text: 'A disclosure is never taken back, only corrected.', holds: 'strict' },
  'I-31': { text: 'A disclosure records who raised the matter first, us or the client.', holds: 'strict' },
  'I-32': {
    text: 'The quality check of a requirement names what it lacks; mandatory findings keep it out of a baseline.',
  },
  'I-33': { text: 'A requirement in a baseline changes only through an approved change request.' },
  'I-34': {
    text: 'A change of text, criteria or priority makes downstream links suspect; they are cleared with a note before the next baseline.',
  },
  'I-35': {
    text: 'Verified needs evidence of a test, validated needs a stakeholder of the client, and they are two acts.',
  },
  'I-36': { text: 'A baseline is immutable and names its predecessor; any two can be compared.' },
  'I-37': { text: 'No change is approved without a complete impact assessment.' },
  'I-38': {
    text: 'An impact assessment is against the current baseline; a newer baseline makes it stale and blocks approval.',
  },
  'I-39': {
    text: 'Who approves did not request; above the engagement’s threshold it is a stakeholder of the client with the right.',
  },
  'I-40': { text: 'Rejected and deferred changes keep their rationale; a deferred one has a date of review.' },
  'I-41': { text: 'Implementing an approved change makes a new baseline.' },
  'I-42': { text: 'An approved change with cost names who pays, or a goodwill entry.' },
  'I-43': { text: 'Results of checks are immutable; a re-test is a new result.' },
  'I-44': {
    text: 'A deliverable is not submitted while a mandatory check is failed, blocked or missing without a waiver; a refusal lists them.',
  },
  'I-45': { text: 'Only a stakeholder with the right accepts, and nobody accepts what it submitted.' },
  'I-46': { text: 'A rejection names at least one reason that links to a requirement, a check or a defect.' },
  'I-47': {
    text: 'Acceptance is deemed only where the contract has the clause, after its period, and if nobody rejected.',
  },
  'I-48': { text: 'A root cause comes before a corrective action; containment alone closes nothing.' },
  'I-49': {
    text: 'A corrective action closes after a numeric effectiveness check that was met, after the window, by somebody else than its owner.',
  },
  'I-50': { text: 'The same cause within the window reopens a corrective action.' },
  'I-51': { text: 'An improvement is complete with its measure afterwards, and shows the effect with n.' },
  'I-52': { text: 'Priority follows from impact and urgency; another one needs a reason.' },
  'I-53': { text: 'Resolved is not closed: closing needs the client’s confirmation or the deemed rule.' },
  'I-54': { text: 'Reopening keeps the elapsed time and counts.' },
  'I-55': { text: 'A workaround does not stop the resolution clock.' },
  'I-56': {
    text: 'An escalation names its level, its reason and when an answer is due; it goes upwards or to a named sponsor.',
  },
  'I-57': {
    text: 'An SLA clock runs only inside its calendar and pauses only in waiting states, each pause with start, end and reason.',
  },
  'I-58': { text: 'The next-response clock starts only while the last contact is the client’s; our answer stops it.' },
  'I-59': { text: 'The version of a policy is fixed when the clock starts; a later one rewrites nothing.' },
  'I-60': { text: 'A breach is recorded once per target, at the due instant, also after a standstill.' },
  'I-61': { text: 'Changes of daylight saving and holidays neither lose nor double a minute.' },
  'I-62': { text: 'The inherent and the residual score of a risk are both kept.' },
  'I-63': {
    text: 'A risk at or above the threshold is accepted only by the stated authority and with a date of review.',
  },
  'I-64': { text: 'A realised risk names the issue that it became.' },
  'I-65': { text: 'Invalidating an assumption names a risk, an issue, or that it has no effect, with a note.' },
  'I-66': { text: 'A settlement becomes commitments on both sides.' },
  'I-67': { text: 'A conflict escalates only after a recorded listening, or for safety or law.' },
  'I-68': { text: 'A concession with cost names a change request or a goodwill entry.' },
  'I-69': { text: 'A complaint goes through its steps in order; the acknowledgement clock runs from receipt.' },
  'I-70': { text: 'Nobody decides a complaint about themselves.' },
  'I-71': { text: 'A complaint closes when the complainant accepted, or when all options were exhausted and told.' },
  'I-72': { text: 'A version of a survey template is frozen once it has a response.' },
  'I-73': { text: 'The manager under review excludes nobody without a logged reason.' },
  'I-74': {
    text: 'Invitations per person are limited, and none goes out while a critical issue is open, unless forced with a reason.',
  },
  'I-75': {
    text: 'Anonymous means that the identity is never stored with the answer; segments under 5 are not shown.',
  },
  'I-76': {
    text: 'A survey token is a 256-bit secret, stored hashed, that expires; a finished response spends it once, opening never.',
  },
  'I-77': {
    text: 'A response is immutable, and voiding one stays visible; delivered, opened and finished are counted apart.',
  },
  'I-78': { text: 'A follow-up closes only after a contact.' },
  'I-79': { text: 'An agreed improvement links to the responses that caused it and to a later measure.' },
}
