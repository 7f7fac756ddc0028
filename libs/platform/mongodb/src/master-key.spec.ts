import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { readMasterKey } from './index.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-master-key-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})
const key = Buffer.from(Array.from({ length: 32 }, (_, n) => 251 - n))
const read = (content: string | Uint8Array): Promise<Uint8Array> => {
  const path = join(dir, 'key')
  writeFileSync(path, content)
  return readMasterKey(path)
}

it.each([
  ['32 bytes', key],
  ['hex', key.toString('hex')],
  ['base64 with a line end', `${key.toString('base64')}\n`],
  ['base64url', key.toString('base64url')],
])('the master key is read from %s', async (_, content) => {
  expect(Buffer.from(await read(content))).toEqual(key)
})

it.each([
  ['empty', ''],
  ['a password', 'correct horse battery staple'],
  ['31 bytes', key.subarray(1)],
  ['33 bytes', Buffer.concat([key, key.subarray(0, 1)])],
  ['16 bytes in base64', key.subarray(0, 16).toString('base64')],
])('a file that is %s is refused, without its content', async (_, content) => {
  const refused = read(content)
  await expect(refused).rejects.toMatchObject({
    code: 'invalid-master-key',
    message: expect.stringMatching(
      /^The file of the master key, .*, holds no key of 32 bytes, raw, in hex or in base64\.$/,
    ),
  })
})

it('a file that is not there is refused', async () => {
  await expect(readMasterKey(join(dir, 'none'))).rejects.toMatchObject({ code: 'invalid-master-key' })
})
