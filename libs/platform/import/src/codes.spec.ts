import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { fileCodes, rowCodes } from './codes.ts'

/** Codes that the strict JSON parser of the house brings; a line that is not UTF-8 is found before it. */
const ofJson = ['not-json', 'duplicate-key', 'forbidden-key', 'too-deep', 'unsafe-number', 'lone-surrogate']

test('every code that an import gives is in the list, and the list has no other', () => {
  const sources = globSync(join(import.meta.dirname, '*.ts')).filter(
    (file) => !/(codes|schema|\.spec|\.fixture)\.ts$/.test(file),
  )
  const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n')
  const given = [...text.matchAll(/(?:(?:Problem|Error|Refusal|refused)\(\s*|code: )'([a-z-]+)'/g)].map(
    (found) => found[1]!,
  )
  expect([...new Set([...given, ...ofJson])].sort()).toEqual(
    [...Object.keys(rowCodes), ...Object.keys(fileCodes)].sort(),
  )
})
