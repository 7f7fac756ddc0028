import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './cli.fixture.ts'

/** The published files of the city of Boston, where they lie beside the repository. */
export const boston = join(root, '../shared/data/boston311-sla-dev')
export const bostonMapping = join(root, 'tools/import-mappings/boston311.yaml')
export const noBoston = existsSync(boston) ? undefined : 'the data of boston311-sla-dev is not here'

/** The header of the city's own files. */
export const bostonHeader =
  ',CASE_ENQUIRY_ID,OPEN_DT,TARGET_DT,CLOSED_DT,OnTime_Status,CASE_STATUS,CLOSURE_REASON,CASE_TITLE,SUBJECT,REASON,TYPE,QUEUE,Department,SubmittedPhoto,ClosedPhoto,Location,fire_district,pwd_district,city_council_district,police_district,neighborhood,neighborhood_services_district,ward,precinct,land_usage,LOCATION_STREET_NAME,LOCATION_ZIPCODE,Property_Type,Property_ID,LATITUDE,LONGITUDE,Source,Geocoded_Location'
const names = bostonHeader.split(',')
const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** One row of such a file. */
export const bostonRow = (cells: Readonly<Record<string, string>>): string =>
  names.map((name) => quoted(cells[name] ?? '')).join(',')

/** A file of made-up requests to four departments; of ten rows seven are closed, and every fiftieth is refused. */
export function madeUpBoston(rows: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const lines = Array.from({ length: rows }, (_, n) => {
    const day = `${two(1 + (n % 12))}/${two(1 + (n % 28))}/2015`
    return bostonRow({
      CASE_ENQUIRY_ID: String(7000 + n),
      OPEN_DT: n % 50 === 49 ? 'unreadable' : `${day} ${two(1 + (n % 12))}:${two(n % 60)}:00 AM`,
      ...(n % 10 < 7 && {
        CLOSED_DT: `${day} 11:30:00 PM`,
        CLOSURE_REASON: `Letter ${n}: we came, we saw, 我们处理了.`,
      }),
      CASE_TITLE: `Request ${n}`,
      TYPE: 'Made up',
      Department: ['SNOW', 'PARK', '', 'ISD'][(n * 7) % 4]!,
      Location: `${n} Main St`,
      Source: ['Self Service', 'Constituent Call', 'Twitter'][n % 3]!,
    })
  })
  return `${[bostonHeader, ...lines].join('\n')}\n`
}
