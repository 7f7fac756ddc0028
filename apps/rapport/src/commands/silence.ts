import { engagementsOf } from '../engagements.ts'
import { interruptible, print, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'
import { printTable } from '../table.ts'

interface Options extends Where {
  readonly json?: boolean
  readonly asOf?: string
  readonly clock?: string
}
interface Silence {
  readonly since: string
  readonly lastContact?: string
  readonly days: number
  readonly limitDays?: number
  readonly limitAt?: string
  readonly exceeded: boolean
}

/** `rapport silence`: how long nobody has spoken with whom, the longest silence first. */
export async function silence(engagement: string | undefined, options: Options): Promise<void> {
  mustExist(options)
  await reach(options, 'pm', interruptible(), async (client) => {
    const found: { readonly id: string; readonly name: string; readonly zone: string; readonly silence: Silence }[] = []
    for (const { id, name, zone } of await engagementsOf(client, engagement)) {
      const asked = { engagement: id, asOf: options.asOf, clock: options.clock }
      const { items } = await client.view<{ items: readonly { silence?: Silence }[] }>('cadence-strip', asked)
      const told = items[0]?.silence
      if (told !== undefined) found.push({ id, name, zone, silence: told })
    }
    found.sort((a, b) => b.silence.days - a.silence.days)
    if (options.json === true) {
      for (const { id, name, silence } of found) await printJson({ engagement: id, engagementName: name, ...silence })
      return
    }
    if (found.length === 0) return print('No engagement has a communication plan or a contact.')
    await printTable(found.map(({ name, zone, silence }) => [name, ...cells(silence, zone)]))
  })
}

function cells({ since, lastContact, days, limitDays, limitAt, exceeded }: Silence, zone: string): readonly string[] {
  const day = (instant: string): string =>
    Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString()
  const long = days === 1 ? '1 day' : `${days} days`
  return [
    `${long} without contact`,
    `${lastContact === undefined ? 'none since the plan of' : 'the last on'} ${day(since)}`,
    limitDays === undefined
      ? 'no limit'
      : exceeded
        ? `over the limit of ${limitDays} days`
        : `the limit is reached on ${day(limitAt!)}`,
  ]
}
