import { HOUSE, Refusal, resend, START, stillHolds, type Ops, type Position, type Told } from '@rapport/events'
import type { Operation } from '@rapport/service'
import { z } from 'zod'
import type { House, Ports } from './house.ts'

/** Where the relay of a context stands, whichever process runs it. */
export interface RelayPlace {
  readonly context: string
  /**
   * `none`: no relay has told anything yet. `running`: a process has it. `released`: none has at the moment. `refused`: the store does not
   * hold what was told last, it was restored or replaced: only a resend lets the relay go on.
   */
  readonly state: 'none' | 'running' | 'released' | 'refused'
  /** The position up to which everything is told. */
  readonly reached: Position
  /** Whether the store holds nothing of the context behind that. */
  readonly atHead: boolean
}

/** What an operator asks of the relays. On a data folder there are none: what reactions hear there is the store itself. */
export function relayOperations(
  house: Pick<House, 'registry'>,
  { events, ops }: Pick<Ports, 'events' | 'ops'>,
  relayed: boolean,
): readonly Operation[] {
  const names = (): readonly string[] => house.registry.contexts.map(({ name }) => name)
  const exists = (): void => {
    if (!relayed)
      throw new Refusal(
        'no-relay',
        'There is no relay on a data folder: reactions hear the store itself, and no topics are told.',
      )
  }
  return [
    {
      name: 'relay-list',
      summary: 'How far the events of each context are told to the broker.',
      roles: ['operator'],
      body: {},
      async run() {
        exists()
        return { relays: await Promise.all(names().map((context) => placeOf(context, events, ops))) }
      },
    },
    {
      name: 'relay-resend',
      summary: 'Tells every event of a context once more from the beginning, with the ids that they had.',
      roles: ['operator'],
      body: { context: z.string().min(1).max(100) },
      async run({ body }) {
        exists()
        const { context } = body as { context: string }
        if (!names().includes(context))
          throw new Refusal('not-found', `There is no context ${context}; there are ${names().join(', ')}.`)
        await resend(ops, context)
        return { context }
      },
    },
  ]
}

async function placeOf(context: string, events: Ports['events'], ops: Ops): Promise<RelayPlace> {
  const found = (await ops.get(HOUSE, `relay/${context}`))?.value as (Told & { readonly released?: true }) | undefined
  const reached = found?.reached ?? START
  const state =
    found === undefined
      ? 'none'
      : !(await stillHolds(events, found.last))
        ? 'refused'
        : found.released === true
          ? 'released'
          : 'running'
  return { context, state, reached, atHead: (await events.head([`${context}.`])) <= reached }
}
