import { instantText, Refusal, type Acting, type DeadLetter, type Reactor } from '@rapport/events'
import type { Operation } from '@rapport/service'
import { z } from 'zod'

const name = z.string().min(1).max(100)
type Letters = Pick<Reactor, 'letters' | 'retry' | 'drop' | 'refused'>

/** A dead letter as an operator sees it: without the message itself. */
export type Listed = Omit<DeadLetter, 'message'>
export interface RetriedKey {
  readonly reaction: string
  readonly key: string
  readonly released: number
  readonly failed?: string
}

/** What reactions could not handle. An operator looks after the whole installation, an admin after its own tenant. */
export function dlqOperations(reactor: Letters, clock: () => Temporal.Instant): readonly Operation[] {
  const seen = async (
    { tenant, actor }: { readonly tenant: string; readonly actor: Acting },
    wanted: { readonly reaction?: string; readonly key?: string } = {},
  ): Promise<readonly Listed[]> =>
    (await reactor.letters())
      .filter((letter) => actor.role === 'operator' || letter.tenant === tenant)
      .filter(({ reaction }) => wanted.reaction === undefined || reaction === wanted.reaction)
      .filter(({ key }) => wanted.key === undefined || key === wanted.key)
      .map(({ message: _, name: __, ...letter }) => letter)
  return [
    {
      name: 'dlq-list',
      summary: 'Dead letters of reactions in the order in which they wait.',
      roles: ['operator', 'admin'],
      body: {},
      run: async (request) => ({ letters: await seen(request) }),
    },
    {
      name: 'dlq-retry',
      summary: 'Handles dead letters again, in order, until one of a key fails again.',
      roles: ['operator', 'admin'],
      body: { reaction: name.optional(), key: name.optional() },
      async run(request) {
        const letters = await seen(request, request.body as { reaction?: string; key?: string })
        const keys = new Map(letters.map(({ reaction, key }) => [`${reaction}/${key}`, { reaction, key }]))
        const retried: RetriedKey[] = []
        for (const { reaction, key } of keys.values())
          retried.push({ reaction, key, ...(await reactor.retry(reaction, key)) })
        return { retried }
      },
    },
    {
      name: 'dlq-drop',
      summary: 'Gives up the first dead letter of a key, with a reason that is kept.',
      roles: ['operator', 'admin'],
      body: { reaction: name, key: name, reason: z.string().min(1).max(500) },
      async run(request) {
        const { reason, ...wanted } = request.body as { reaction: string; key: string; reason: string }
        const [first] = await seen(request, wanted)
        const by = { reason, by: request.actor.id, at: instantText(clock()) }
        const event = first && (await reactor.drop(wanted.reaction, wanted.key, by))
        if (event === undefined) throw new Refusal('not-found', 'There is no dead letter of this reaction and key.')
        return { event }
      },
    },
    {
      name: 'reactions-refused',
      summary: 'What reactions asked for and a decision refused.',
      roles: ['pm', 'admin', 'auditor'],
      body: {},
      run: async ({ tenant }) => ({ refused: await reactor.refused(tenant) }),
    },
  ]
}
