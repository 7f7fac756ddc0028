import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseStrict, RapportError } from '@rapport/events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { world, type World } from './world.fixture.ts'

// Published vectors, which stand beside the repository where there are any.
const folder = new URL('../../../../../shared/vectors/json/parsing/', import.meta.url)
const transforms = new URL('../transform/', folder)
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

/** What parsers turn into something else, as this gate decides it; an exponent or a fraction says that a double is meant. */
const transformed: Readonly<Record<string, string>> = {
  'number_-9223372036854775808': 'unsafe-number',
  'number_-9223372036854775809': 'unsafe-number',
  'number_1.0': '[1]',
  'number_1.000000000000000005': '[1]',
  number_1000000000000000: '[1000000000000000]',
  number_10000000000000000999: 'unsafe-number',
  'number_1e-999': '[0]',
  number_1e6: '[1000000]',
  number_9223372036854775807: 'unsafe-number',
  number_9223372036854775808: 'unsafe-number',
  object_key_nfc_nfd: '{"\u00e9":"NFC","e\u0301":"NFD"}',
  object_key_nfd_nfc: '{"e\u0301":"NFD","\u00e9":"NFC"}',
  object_same_key_different_values: 'duplicate-key',
  object_same_key_same_value: 'duplicate-key',
  object_same_key_unclear_values: 'duplicate-key',
  string_1_escaped_invalid_codepoint: 'lone-surrogate',
  string_1_invalid_codepoint: 'not-utf8',
  string_2_escaped_invalid_codepoints: 'lone-surrogate',
  string_2_invalid_codepoints: 'not-utf8',
  string_3_escaped_invalid_codepoints: 'lone-surrogate',
  string_3_invalid_codepoints: 'not-utf8',
  string_with_escaped_NULL: '["A\\u0000B"]',
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

    test('of the 95 that are JSON 93 are accepted, and the two that name a key twice are not', () => {
      const judged = names.filter((name) => name.startsWith('y_')).map((name) => wanted[name])
      expect(judged.filter((code) => code === 'accepted')).toHaveLength(93)
      expect(judged.filter((code) => code === 'duplicate-key')).toHaveLength(2)
    })

    test('numbers and texts that parsers turn into something else: as the table says', () => {
      const judged = readdirSync(transforms).map((name) => {
        try {
          const value = parseStrict(readFileSync(new URL(encodeURIComponent(name), transforms)))
          return [name.replace(/\.json$/, ''), JSON.stringify(value)]
        } catch (error) {
          return [name.replace(/\.json$/, ''), (error as RapportError).code]
        }
      })
      expect(Object.fromEntries(judged)).toEqual(transformed)
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
