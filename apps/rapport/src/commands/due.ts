import { parseDate } from '@rapport/events'
import { engagementsOf } from '../engagements.ts'
import { interruptible, print, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'
import { distance, printTable } from '../table.ts'

interface Options extends Where {
  readonly json?: boolean
  readonly days: number
  readonly asOf?: string
  readonly clock?: string
}
interface Item {
  readonly kind: string
  readonly state: string
  readonly dueAt?: string
  readonly due?: string
  readonly title?: unknown
  readonly cadence?: string
}

const words: Readonly<Record<string, string>> = { 'action-item': 'to do', 'business-review': 'review' }

/** `rapport due`: what is due within some days, and what is late, in one engagement or in all. */
export async function due(engagement: string | undefined, options: Options): Promise<void> {
  mustExist(options)
  await reach(options, 'pm', interruptible(), async (client) => {
    const rows: { readonly at: string; readonly cells: readonly string[] }[] = []
    for (const { id, name, zone } of await engagementsOf(client, engagement)) {
      const today = dayOf(options.asOf, zone)
      const asked = { engagement: id, asOf: options.asOf, clock: options.clock, limit: '500' }
      for await (const item of client.items<Item>('what-is-due', asked)) {
        if (item.dueAt === undefined) continue
        const day = dayOf(item.due, zone)
        if (Temporal.PlainDate.compare(day, today.add({ days: options.days })) > 0) continue
        if (options.json === true) await printJson({ ...item, engagementName: name })
        const what = typeof item.title === 'string' ? item.title : (item.cadence ?? '[erased]')
        const cells = [day.toString(), distance(today, day), words[item.kind] ?? item.kind, what, name]
        rows.push({ at: item.dueAt, cells })
      }
    }
    if (options.json === true) return
    if (rows.length === 0) return print(`Nothing is due within ${options.days} days.`)
    await printTable(rows.sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ cells }) => cells))
  })
}

/** The day of a date or an instant in a zone; today, where a moment is neither. */
function dayOf(moment: string | undefined, zone: string): Temporal.PlainDate {
  if (moment !== undefined && parseDate(moment) !== undefined) return Temporal.PlainDate.from(moment)
  const known = moment !== undefined && /^\d{4}-\d\d-\d\dT/.test(moment)
  return (known ? Temporal.Instant.from(moment) : Temporal.Now.instant()).toZonedDateTimeISO(zone).toPlainDate()
}
