import type { Reported } from '../rhythm.ts'
import type { When } from '../story.ts'

const told = (day: number, completed: string, nextStep: string, more: Partial<Reported> = {}): Reported => ({
  day,
  completed: [completed],
  nextSteps: [nextStep],
  ...more,
})

/** The weekly reports of the portal; that of the running week is not written yet. */
export const portalReports: readonly Reported[] = [
  told(-84, 'Kick-off.', 'Form for parking permits.'),
  told(-77, 'Form for parking permits.', 'Choose a payment provider.', { inProgress: ['Test machines.'] }),
  told(-70, 'Payment provider.', 'Form for dog licences.', { notDone: ['Load test: the machines are late.'] }),
  told(-63, 'Form for dog licences.', 'Load test.'),
  told(-56, 'Test machines.', 'Load test.', { inProgress: ['Payment.'] }),
  told(-49, 'Load test.', 'Sign-in with the identity card.', { issuedOn: [-46, '11:30'] }),
  told(-42, 'Payment of parking permits.', 'Talk to the provider of the identity card.', {
    risks: [{ risk: 'The identity card comes late.', countermeasure: 'Sign-in by letter is ready as well.' }],
  }),
  told(-35, 'Sign-in by letter.', 'Prepare the pilot.', { notDone: ['Sign-in with the identity card.'] }),
  told(-28, 'Archive of applications.', 'Choose the districts.', { notDone: ['The guide for the call centre.'] }),
  told(-21, 'Receipts corrected.', 'Accessibility statement.'),
  told(-14, 'Accessibility statement.', 'Guide for the call centre.'),
  told(-7, 'Letters to the printer.', 'Pilot.', { inProgress: ['Guide for the call centre.'] }),
]

/** Contacts outside meetings. */
export const portalContacts: readonly {
  readonly when: When
  /** Where it was put on file late. */
  readonly filedOn?: When
  readonly who: string
  readonly channel: string
  readonly direction: string
  readonly summary: string
}[] = [
  {
    when: [-82, '11:20'],
    who: 'olaf',
    channel: 'phone',
    direction: 'outbound',
    summary: 'First call: he is content with the beginning.',
  },
  {
    when: [-74, '09:15'],
    who: 'freya',
    channel: 'email',
    direction: 'inbound',
    summary: 'Sent the names of those who need training.',
  },
  {
    when: [-68, '14:50'],
    who: 'freya',
    channel: 'email',
    direction: 'outbound',
    summary: 'Sent her the form for dog licences to look at.',
  },
  {
    when: [-53, '11:00'],
    who: 'olaf',
    channel: 'phone',
    direction: 'outbound',
    summary: 'Monthly call: asked for numbers for the council.',
  },
  {
    when: [-44, '09:30'],
    filedOn: [-40, '17:20'],
    who: 'freya',
    channel: 'letter',
    direction: 'outbound',
    summary: 'The signed contract for the test machines went out.',
  },
  {
    when: [-41, '16:10'],
    who: 'freya',
    channel: 'email',
    direction: 'outbound',
    summary: 'Sent her the list of open texts.',
  },
  {
    when: [-31, '10:25'],
    who: 'olaf',
    channel: 'phone',
    direction: 'inbound',
    summary: 'Asked why nobody had called.',
  },
  {
    when: [-26, '11:05'],
    who: 'olaf',
    channel: 'phone',
    direction: 'outbound',
    summary: 'Monthly call: told him of the new rhythm.',
  },
  {
    when: [-18, '08:55'],
    who: 'freya',
    channel: 'email',
    direction: 'inbound',
    summary: 'Asked for the guide for the call centre.',
  },
  {
    when: [-5, '13:40'],
    who: 'freya',
    channel: 'chat',
    direction: 'inbound',
    summary: 'The printer confirmed the letters for Thursday.',
  },
]
