import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { rowCodes } from './codes.ts'
import { factsOf } from './facts.ts'
import { parseMapping } from './mapping.ts'
import { openSource } from './records.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/how-to/import-a-spreadsheet.md'), 'utf8')
const block = (language: string): string => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)![1]!

test('the example of the how-to page does what the page says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'))
  try {
    writeFileSync(join(folder, 'contacts.csv'), block('csv'))
    const mapping = parseMapping(block('yaml'))
    const { records } = await openSource(join(folder, 'contacts.csv'), mapping)
    const rows = await Array.fromAsync(records, (record) => [
      record.record,
      record.line,
      factsOf(record.columns, mapping),
    ])
    expect(rows).toMatchObject([
      [
        1,
        2,
        {
          facts: [
            {
              fields: {
                channel: 'phone',
                direction: 'inbound',
                summary: 'Asked whether the training can start\na week later.',
              },
            },
          ],
        },
      ],
      [2, 4, { facts: [{ fields: { channel: 'email', direction: 'outbound' } }] }],
      [3, 5, { code: 'date-invalid' }],
      [4, 6, { facts: [{ fields: { summary: 'Nothing was noted.' } }], notes: [0] }],
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('its example of a list tells a person and a stakeholder for each member', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'))
  try {
    writeFileSync(join(folder, 'minutes.jsonl'), `${block('json').trim()}\n`)
    const facts = [...page.matchAll(/```yaml\n(.*?)```/gs)][1]![1]!
    const mapping = parseMapping(`mapping: 1\nsource: minutes\ncontext: communication\nkey: [file]\n${facts}`)
    const [row] = await Array.fromAsync((await openSource(join(folder, 'minutes.jsonl'), mapping)).records)
    expect(factsOf(row!.columns, mapping)).toMatchObject({
      facts: [
        { key: ['berg', 'person'], fields: { name: 'Anna Berg' } },
        { key: ['berg', 'stakeholder'], fields: { side: 'client', role: 'Head of IT', rights: [] } },
      ],
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the how-to page names every code that a row can be rejected with', () => {
  expect(Object.keys(rowCodes).filter((code) => !page.includes(`\`${code}\``))).toEqual([])
})
