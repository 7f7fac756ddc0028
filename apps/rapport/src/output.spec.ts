import { afterEach, expect, jest, test } from '@jest/globals'
import { print, printJson } from './output.ts'

const written: string[] = []
const spy = jest.spyOn(process.stdout, 'write').mockImplementation(((text: string, done: () => void) => {
  written.push(text)
  done()
  return true
}) as never)
afterEach(() => void written.splice(0))

test('text that came from elsewhere drives no terminal', async () => {
  await print('a\tb\u001b[31mred\u0007\u009b2J\u202etxt\u2066\rover\n中文')
  expect(written).toEqual(['a\tb␛[31mred\ufffd\ufffd2J\ufffdtxt\ufffd\ufffdover\n中文\n'])
})

test('JSON stays exact', async () => {
  await printJson({ text: '\u001b[31m\u202e' })
  expect(JSON.parse(written[0]!)).toEqual({ text: '\u001b[31m\u202e' })
  spy.mockRestore()
})
