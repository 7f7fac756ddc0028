import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { root, scratch } from './cli.fixture.ts'

const folder = scratch('services')
afterAll(() => folder.clean())

/** Runs a service with just this environment to its end. */
async function run(app: string, env: Readonly<Record<string, string>>) {
  const child = spawn(
    process.execPath,
    ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning', join(root, 'apps', app, 'src/main.ts')],
    { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

const SECRET = 'hunter2'
const nowhere = {
  EVENTSTORE_URL: `esdb://admin:${SECRET}@127.0.0.1:1?tls=false`,
  MONGODB_URL: `mongodb://admin:${SECRET}@127.0.0.1:1/?serverSelectionTimeoutMS=500`,
  KAFKA_BROKERS: '127.0.0.1:1',
  KEYS_MASTER_KEY_FILE: folder.path('master.key'),
  TOKEN_KEY_FILE: folder.path('token.key'),
  PORT: '0',
}
writeFileSync(nowhere.KEYS_MASTER_KEY_FILE, 'a'.repeat(64))
writeFileSync(nowhere.TOKEN_KEY_FILE, 'b'.repeat(43))

describe.each(['engagements', 'communication', 'projection'])('%s', (app) => {
  test('without a configuration it ends with 2 and names every variable that is missing', async () => {
    const { code, said } = await run(app, {})
    expect(code).toBe(2)
    for (const name of ['EVENTSTORE_URL', 'MONGODB_URL', 'KAFKA_BROKERS', 'KEYS_MASTER_KEY_FILE', 'TOKEN_KEY_FILE'])
      expect(said).toContain(`${name} is missing.`)
  })

  test('wrong values are named, what may hold a password is not printed', async () => {
    const { code, said } = await run(app, {
      ...nowhere,
      EVENTSTORE_URL: `http://admin:${SECRET}@127.0.0.1`,
      MONGODB_URL: `postgres://admin:${SECRET}@127.0.0.1`,
      ROLES: 'api,moon',
      DEPLOYMENT: 'Not A Name',
    })
    expect(code).toBe(2)
    for (const name of ['EVENTSTORE_URL', 'MONGODB_URL', 'ROLES="api,moon"', 'DEPLOYMENT="Not A Name"'])
      expect(said).toContain(`${name} must be`)
    expect(said).not.toContain(SECRET)
  })

  test('where a server does not answer it ends with 1 and says so without the address’s password', async () => {
    const { code, said } = await run(app, nowhere)
    expect(code).toBe(1)
    expect(said).toMatch(new RegExp(`^${app}: `, 'm'))
    expect(said).not.toContain(SECRET)
  })

  test('a key file that is not there, or is none, ends it with 2 and is named; none is made', async () => {
    const absent = folder.path('absent.key')
    for (const [file, words] of [
      [absent, 'is not there'],
      [folder.path(''), 'cannot be read (EISDIR)'],
    ] as const) {
      const { code, said } = await run(app, { ...nowhere, TOKEN_KEY_FILE: file })
      expect(code).toBe(2)
      expect(said).toContain(`${app}: invalid-token-key: The file of the token key, ${file}, ${words}`)
    }
    expect(existsSync(absent)).toBe(false)
  })
})
