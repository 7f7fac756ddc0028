import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseStrict, RapportError } from '@rapport/events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { world, type World } from './world.fixture.ts'

// Published parsing vectors, which stand beside the repository where there are any.
const folder = new URL('../../../../../shared/vectors/json/parsing/', import.meta.url)
const there = existsSync(folder)
const names = there ? readdirSync(folder).sort() : []
const bytes = (name: string) => readFileSync(new URL(encodeURIComponent(name), folder))

/** What JSON leaves open, as this gate decides it. */
const open: Readonly<Record<string, string>> = {
  i_number_double_huge_neg_exp: 'accepted',
  i_number_huge_exp: 'unsafe-number',
  i_number_neg_int_huge_exp: 'unsafe-number',
  i_number_pos_double_huge_exp: 'unsafe-number',
  i_number_real_neg_overflow: 'unsafe-number',
  i_number_real_pos_overflow: 'unsafe-number',
  i_number_real_underflow: 'accepted',
  i_number_too_big_neg_int: 'unsafe-number',
  i_number_too_big_pos_int: 'unsafe-number',
  i_number_very_big_negative_int: 'unsafe-number',
  i_object_key_lone_2nd_surrogate: 'lone-surrogate',
  i_string_1st_surrogate_but_2nd_missing: 'lone-surrogate',
  i_string_1st_valid_surrogate_2nd_invalid: 'lone-surrogate',
  'i_string_UTF-16LE_with_BOM': 'not-utf8',
  'i_string_UTF-8_invalid_sequence': 'not-utf8',
  'i_string_UTF8_surrogate_U+D800': 'not-utf8',
  i_string_incomplete_surrogate_and_escape_valid: 'lone-surrogate',
  i_string_incomplete_surrogate_pair: 'lone-surrogate',
  i_string_incomplete_surrogates_escape_valid: 'lone-surrogate',
  i_string_invalid_lonely_surrogate: 'lone-surrogate',
  i_string_invalid_surrogate: 'lone-surrogate',
  'i_string_invalid_utf-8': 'not-utf8',
  'i_string_inverted_surrogates_U+1D11E': 'lone-surrogate',
  i_string_iso_latin_1: 'not-utf8',
  i_string_lone_second_surrogate: 'lone-surrogate',
  i_string_lone_utf8_continuation_byte: 'not-utf8',
  i_string_not_in_unicode_range: 'not-utf8',
  i_string_overlong_sequence_2_bytes: 'not-utf8',
  i_string_overlong_sequence_6_bytes: 'not-utf8',
  i_string_overlong_sequence_6_bytes_null: 'not-utf8',
  'i_string_truncated-utf-8': 'not-utf8',
  i_string_utf16BE_no_BOM: 'not-utf8',
  i_string_utf16LE_no_BOM: 'not-utf8',
  i_structure_500_nested_arrays: 'too-deep',
  'i_structure_UTF-8_BOM_empty_object': 'not-json',
}

const expected = (name: string): string => {
  if (name.startsWith('y_object_duplicated_key')) return 'duplicate-key'
  return name.startsWith('y_')
    ? 'accepted'
    : name.startsWith('n_')
      ? 'refused'
      : (open[name.replace(/\.json$/, '')] ?? 'not in the table')
}
const shown = (name: string, code: string): string => (name.startsWith('n_') && code !== 'accepted' ? 'refused' : code)
const outcomes = async (of: (name: string) => string | Promise<string>): Promise<Record<string, string>> => {
  const all: Record<string, string> = {}
  for (const name of names) all[name] = shown(name, await of(name))
  return all
}
const wanted = Object.fromEntries(names.map((name) => [name, expected(name)]))

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

;(there ? describe : describe.skip)(
  `JSON parsing vectors${there ? '' : ' (skipped: ../shared/vectors/json is not beside the repository)'}`,
  () => {
    test('there are 318 of them', () => {
      expect([names.length, names.filter((n) => n.startsWith('y_')).length, Object.keys(open).length]).toEqual([
        318, 95, 35,
      ])
    })

    test('the strict parser accepts and refuses each as it must', async () => {
      expect(
        await outcomes((name) => {
          try {
            parseStrict(bytes(name))
            return 'accepted'
          } catch (error) {
            return error instanceof RapportError ? error.code : 'crashed'
          }
        }),
      ).toEqual(wanted)
    })

    test('so does a route: what is JSON is judged as a command, what is not is 400', async () => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${w.pm}` }
      expect(
        await outcomes(async (name) => {
          const answer = await w.send({ method: 'POST', url: '/api/desk/boards', headers, payload: bytes(name) })
          const { code } = answer.json() as { code: string }
          if (answer.statusCode === 422 && code === 'invalid-command') return 'accepted'
          return answer.statusCode === 400 ? code : `${answer.statusCode} ${code}`
        }),
      ).toEqual(wanted)
      expect(w.log.all).toHaveLength(0)
    })
  },
)
