import { engagementId } from '../engagements.ts'
import { interruptible, print, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'

interface Options extends Where {
  readonly json?: boolean
  readonly asOf?: string
  readonly clock?: string
  readonly lang: string
}
interface Entry {
  readonly occurredAt: string
  readonly occurredOn?: string
  readonly recordedAt: string
  readonly sentence: string
  readonly texts: readonly string[]
}
interface Page {
  readonly engagement: { readonly id: string; readonly name: string; readonly zone: string; readonly simulated?: true }
  readonly clock: string
  readonly days: readonly { readonly day: string; readonly label: string; readonly entries: readonly Entry[] }[]
  readonly cursor?: string
}

/** `rapport timeline`: for people one line a sentence under its day; with --json one line an entry. */
export async function timeline(engagement: string, options: Options): Promise<void> {
  mustExist(options)
  await reach(options, 'pm', interruptible(), async (client) => {
    const id = await engagementId(client, engagement)
    const params = { engagement: id, asOf: options.asOf, clock: options.clock, lang: options.lang, limit: '500' }
    let cursor: string | undefined
    let day: string | undefined
    do {
      const page: Page = await client.view('timeline', { ...params, cursor })
      if (day === undefined && options.json !== true)
        await print(
          `${page.engagement.name}${page.engagement.simulated === true ? ', simulated' : ''}${options.asOf === undefined ? '' : ` (${options.asOf}, ${page.clock})`}`,
        )
      for (const { day: date, label, entries } of page.days) {
        if (options.json !== true && date !== day) await print(`\n${label}`)
        day = date
        for (const entry of entries)
          await (options.json === true
            ? printJson({ day, ...entry })
            : print(lines(entry, page.engagement.zone, page.clock)))
      }
      day ??= ''
      cursor = page.cursor
    } while (cursor !== undefined)
    if (day === '' && options.json !== true)
      await print(
        options.asOf === undefined ? '\nNothing has happened yet.' : '\nNothing, as far as that moment knows.',
      )
  })
}

const LONGEST = 160

function lines({ occurredAt, occurredOn, recordedAt, sentence, texts }: Entry, zone: string, clock: string): string {
  const time =
    clock === 'occurred' && occurredOn !== undefined
      ? '     '
      : Temporal.Instant.from(clock === 'occurred' ? occurredAt : recordedAt)
          .toZonedDateTimeISO(zone)
          .toPlainTime()
          .toString({ smallestUnit: 'minute' })
  const below = texts.map((text) => `         ${short(text.replaceAll(/\s+/g, ' '))}`)
  return [`  ${time}  ${sentence}`, ...below].join('\n')
}

const short = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`)
