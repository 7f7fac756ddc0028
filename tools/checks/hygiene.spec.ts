import { expect, test } from '@jest/globals'
import { hygieneProblems } from './hygiene.ts'

const problems = (text: string, path = 'docs/any.md') => hygieneProblems(path, text, ['/somewhere/else'])
// In pieces, so that this file does not hold what it tests for.
const home = (name: string) => `/${'home'}/${name}/rapport`
const host = ['https:', '', 'registry.example.org', 'x.tgz'].join('/')

test('folders of machines are named, paths of URLs and of the system are not', () => {
  expect(problems(`see ${home('anna')}`)).toEqual([expect.stringContaining('docs/any.md:1')])
  expect(problems(`\nin /${'somewhere/else'}/libs`)).toEqual([expect.stringContaining('docs/any.md:2')])
  expect(problems('see https://example.org/home/anna, /usr/bin/env and ./home/page')).toEqual([])
})

test('the host of a registry is named, wherever it stands', () => {
  expect(problems(`fetch ${host}`)).toEqual([expect.stringContaining('names the registry')])
})

test('a lock file binds no package to a place', () => {
  const lock = (resolved: object) => JSON.stringify({ packages: { '': {}, 'node_modules/x': resolved } })
  expect(problems(lock({ resolved: 'libs/x', link: true }), 'package-lock.json')).toEqual([])
  expect(problems(lock({ resolved: 'https://files.example/x.tgz' }), 'package-lock.json')).toHaveLength(1)
  expect(problems(lock({ version: '1.0.0' }), 'package-lock.json')).toEqual([])
})

test('what is not text is left alone', () => {
  expect(problems(`\0${home('anna')}`)).toEqual([])
})
