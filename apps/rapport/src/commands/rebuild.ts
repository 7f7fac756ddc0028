import { interruptible, print, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'

/** `rapport rebuild`: what is asked meanwhile is answered by the running version. */
export async function rebuild(
  model: string | undefined,
  options: Omit<Where, 'tenant'> & { readonly json?: boolean },
): Promise<void> {
  mustExist({ ...options, tenant: 'main' })
  await reach({ ...options, tenant: 'main' }, 'operator', interruptible(), async (client) => {
    const { rebuilt } = await client.operation<{ rebuilt: readonly { model: string; events: number }[] }>(
      'rebuild',
      model === undefined ? {} : { model },
    )
    for (const done of rebuilt)
      await (options.json === true ? printJson(done) : print(`${done.model}: rebuilt from ${done.events} events`))
  })
}
