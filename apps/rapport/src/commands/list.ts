import { Ended } from '../exit-codes.ts'
import { interruptible, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'
import { printTable } from '../table.ts'

type Item = Readonly<Record<string, unknown>>
const erased = (value: unknown): boolean => (value as { erased?: boolean } | undefined)?.erased === true
const shown = (value: unknown): string => (erased(value) ? '[erased]' : value === undefined ? '' : String(value))

const columns: Readonly<Record<string, readonly string[]>> = {
  engagements: ['id', 'name', 'status', 'start', 'zone', 'reference'],
  persons: ['id', 'name', 'mail', 'status'],
}

/** `rapport list`: engagements by name, persons in the order of their registration. */
export async function list(what: string, where: Where & { readonly json?: boolean }): Promise<void> {
  const wanted = columns[what]
  if (wanted === undefined)
    throw new Ended('usage', `There is no list of ${what}; there are ${Object.keys(columns).join(' and ')}.`)
  mustExist(where)
  await reach(where, 'pm', interruptible(), async (client) => {
    const rows: Item[] = []
    for await (const item of client.items<Item>(what)) {
      if (where.json === true) await printJson(item)
      else rows.push(item)
    }
    if (where.json === true) return
    await printTable([wanted, ...rows.map((row) => wanted.map((name) => shown(row[name])))])
  })
}
