import type { RelayPlace } from '@rapport/house'
import { interruptible, print, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'
import { printTable } from '../table.ts'

type Options = Omit<Where, 'tenant'> & { readonly json?: boolean }

/** `rapport relay list`: how far each context's events are told to the broker. */
export async function relayList(options: Options): Promise<void> {
  const { relays } = await asked<{ relays: readonly RelayPlace[] }>(options, 'relay-list', {})
  if (options.json === true) for (const relay of relays) await printJson(relay)
  else
    await printTable(
      relays.map(({ context, state, reached, atHead }) => [
        context,
        state,
        reached === '' ? 'at the beginning' : reached,
        state === 'refused'
          ? `the store lacks what was told: rapport relay resend ${context}`
          : atHead
            ? 'everything is told'
            : 'more is stored',
      ]),
    )
}

/** `rapport relay resend CONTEXT`: the running relay begins again; where none runs, the next one does. */
export async function relayResend(context: string, options: Options): Promise<void> {
  await asked(options, 'relay-resend', { context })
  await (options.json === true
    ? printJson({ context })
    : print(`The relay of ${context} begins again: consumers hear every message once more, with the id that it had.`))
}

async function asked<T>(options: Options, name: string, body: object): Promise<T> {
  const where = { ...options, tenant: 'main' }
  mustExist(where)
  return reach(where, 'operator', interruptible(), (client) => client.operation<T>(name, body))
}
