import type { RefusedReply } from '@rapport/events'
import type { Listed, RetriedKey } from '@rapport/house'
import { Ended } from '../exit-codes.ts'
import { interruptible, print, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'

type Options = Where & { readonly json?: boolean }

/** `rapport dlq list`: the event behind each, and why it waits; what it says stays sealed. */
export async function dlqList(options: Options): Promise<void> {
  const { letters } = await asked<{ letters: readonly Listed[] }>(options, 'dlq-list', {})
  for (const letter of letters)
    await (options.json === true
      ? printJson(letter)
      : print(`${letter.reaction}  ${letter.key}  ${letter.type} ${letter.event}: ${letter.reason}`))
  if (options.json !== true && letters.length === 0) await print('There are no dead letters.')
}

/** `rapport dlq retry`: ends with 1 where one failed again. */
export async function dlqRetry(reaction: string | undefined, key: string | undefined, options: Options): Promise<void> {
  const wanted = { ...(reaction !== undefined && { reaction }), ...(key !== undefined && { key }) }
  const { retried } = await asked<{ retried: readonly RetriedKey[] }>(options, 'dlq-retry', wanted)
  for (const done of retried) {
    if (options.json === true) await printJson(done)
    else
      await print(
        `${done.reaction}  ${done.key}: ${done.released} released${done.failed === undefined ? '' : `, then it failed again: ${done.failed}`}`,
      )
  }
  if (options.json !== true && retried.length === 0) await print('There was nothing to retry.')
  if (retried.some(({ failed }) => failed !== undefined))
    throw new Ended('failed', 'A dead letter failed again; its key stays blocked.', 'failed-again')
}

/** `rapport dlq drop --reason`: the first of the key only. */
export async function dlqDrop(
  reaction: string,
  key: string,
  options: Options & { readonly reason: string },
): Promise<void> {
  const dropped = await asked<{ event: string }>(options, 'dlq-drop', { reaction, key, reason: options.reason })
  await (options.json === true
    ? printJson(dropped)
    : print(`Dropped ${dropped.event}; \`rapport dlq retry ${reaction} ${key}\` releases what waited behind it.`))
}

/** `rapport dlq refused`: outcomes, not faults. */
export async function dlqRefused(options: Options): Promise<void> {
  const { refused } = await asked<{ refused: readonly RefusedReply[] }>(options, 'reactions-refused', {}, 'pm')
  for (const reply of refused)
    await (options.json === true
      ? printJson(reply)
      : print(`${reply.reaction}  ${reply.type} ${reply.event}: ${reply.decision} refused ${reply.code}`))
}

async function asked<T>(
  options: Options,
  name: string,
  body: object,
  role: 'operator' | 'pm' = 'operator',
): Promise<T> {
  mustExist(options)
  return reach(options, role, interruptible(), (client) => client.operation<T>(name, body))
}
