import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { environment } from '@rapport/testing'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { bostonMapping, madeUpBoston } from './boston.fixture.ts'
import { rapport, rapportJson, rapportOk, root, running, scratch, started, until, type Started } from './cli.fixture.ts'
import { contentOf } from './store.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('cli')
afterAll(() => folder.clean())
const data = folder.path('data')
const file = folder.path('requests.csv')
const rejected = ['--rejected', folder.path('rejected.csv')]
const importing = (into: string, ...more: string[]) => [
  ...['import', 'communication', file, '--mapping', bostonMapping, '--data', into],
  ...rejected,
  ...more,
]
const SNOW = 'City of Boston 311, SNOW'
let server: Started

interface Listed {
  readonly id: string
  readonly name: string
}
/** How a command that cannot work ends; it says so in words and, with --json, in one line. */
async function ends(args: readonly string[]): Promise<{ code: number | null; error: unknown; stderr: string }> {
  const { code, stdout, stderr } = await rapport([...args, '--json'])
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(1)
  expect(stderr).not.toBe('')
  expect(stderr).not.toMatch(/ at .*\.ts:\d+/)
  return { code, error: (JSON.parse(lines[0]!) as { error: unknown }).error, stderr }
}

beforeAll(async () => {
  writeFileSync(file, madeUpBoston(60))
  server = await started(data)
})

describe('rapport start', () => {
  test('with --json it prints one line, the address and the folder, once it is ready', async () => {
    expect(JSON.parse(server.stdout())).toEqual({ url: server.url, data })
    expect(server.stdout().trimEnd().split('\n')).toHaveLength(1)
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
    expect(new URL(server.url).hostname).toBe('127.0.0.1')
  })

  test('the folder and the files in it are its owner’s alone', () => {
    expect(statSync(data).mode & 0o777).toBe(0o700)
    const modes = readdirSync(data).map((name) => [name, (statSync(join(data, name)).mode & 0o777).toString(8)])
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([])
    expect(modes.map(([name]) => name)).toContain('token.key')
  })

  test('on a folder that another process holds it names that process and its address', async () => {
    const { code, error, stderr } = await ends(['start', '--data', data, '--port', '0'])
    expect({ code, error }).toEqual({ code: 3, error: 'folder-in-use' })
    expect(stderr).toContain(`process ${server.child.pid} at ${server.url}`)
  })

  test('a port that is taken, and one that is none, have exit codes of their own', async () => {
    const { port } = new URL(server.url)
    const other = folder.path('other')
    expect(await ends(['start', '--data', other, '--port', port])).toMatchObject({ code: 4, error: 'port-taken' })
    const taken: Server = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port: foreign } = taken.address() as AddressInfo
    expect(await ends(['start', '--data', other, '--port', String(foreign)])).toMatchObject({ code: 4 })
    taken.close()
    expect(await ends(['start', '--data', other, '--port', '65536'])).toMatchObject({ code: 2, error: 'usage' })
    const wrong = await rapport(['start', '--data', other], { env: { PORT: 'many', LOG_LEVEL: 'loud' } })
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toMatch(/PORT="many".*\n.*LOG_LEVEL="loud"/)
  })

  test('without --json it says where to look, how to get a token and what to try first', async () => {
    const { child, ended, stdout } = running(['start', '--data', folder.path('welcome'), '--port', '0'])
    await until(() => stdout().includes('Ctrl-C'))
    const commands = [...stdout().matchAll(/^ {2}npx (rapport .*)$/gm)].map(([, command]) => command)
    expect(commands.map((command) => command!.split(' ')[1])).toEqual([
      ...['token', 'list', 'timeline', 'timeline'],
      ...['import', 'list', 'timeline'],
    ])
    for (const [, path] of stdout().matchAll(/(\S+\/contacts\.\w+)/g)) expect(existsSync(join(root, path!))).toBe(true)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0 })
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends it in order with 0, also when it comes twice',
    async (signal) => {
      const at = folder.path(`stop-${signal}`)
      const { child, ended } = await started(at)
      child.kill(signal)
      child.kill(signal)
      const { code, stderr } = await ended
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(readdirSync(at).filter((name) => /wal|shm|running/.test(name))).toEqual([])
    },
  )
})

describe('rapport token', () => {
  test('it prints the token alone, for each role, and the key stays readable for its owner only', async () => {
    for (const role of ['pm', 'auditor', 'client', 'admin']) {
      const of = role === 'client' ? ['--stakeholder', randomUUID()] : []
      const { stdout, stderr } = await rapport(['token', '--role', role, ...of, '--data', data])
      expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
      expect(stderr).toBe('')
      const status = (
        await fetch(`${server.url}/api/views/engagements`, { headers: { authorization: `Bearer ${stdout.trim()}` } })
      ).status
      expect([role, status]).toEqual([role, role === 'client' ? 404 : 200])
    }
    expect(statSync(join(data, 'token.key')).mode & 0o777).toBe(0o600)
    expect((await rapportJson(['token', '--role', 'pm', '--data', data]))[0]).toEqual({ token: expect.any(String) })
  })

  test('what it cannot make it refuses', async () => {
    const made = ['token', '--data', data]
    expect(await ends(made)).toMatchObject({ code: 2 })
    expect(await ends([...made, '--role', 'king'])).toMatchObject({ code: 2 })
    expect(await ends([...made, '--role', 'pm', '--tenant', 'No!'])).toMatchObject({ code: 2 })
    expect(
      await ends([...made, '--role', 'pm', '--stakeholder', '0192f0c1-7b7a-7c3e-8b8a-1234567890ab']),
    ).toMatchObject({ code: 2 })
    expect(await ends([...made, '--role', 'client', '--stakeholder', 'Anna'])).toMatchObject({ code: 2 })
    expect(await ends([...made, '--role', 'client'])).toMatchObject({ code: 2 })
    expect(await ends(['token', '--role', 'pm', '--data', folder.path('nowhere')])).toMatchObject({
      code: 5,
      error: 'folder-missing',
    })
  })
})

describe('on a folder that a running start holds', () => {
  test('an import, a list, a timeline and the events go to that process', async () => {
    const [tried] = await rapportJson(importing(data, '--dry-run'))
    expect(tried).toMatchObject({ rows: 60, recorded: 59, rejected: 1, events: 111 })
    expect(await rapportOk(['events', '--data', data])).toEqual([])
    expect((await rapportJson(importing(data)))[0]).toEqual(tried)
    expect((await rapportJson(importing(data)))[0]).toMatchObject({
      recorded: 0,
      unchanged: 59,
      rejected: 1,
      events: 0,
    })
    const engagements = await rapportJson<Listed>(['list', 'engagements', '--data', data])
    expect(engagements).toHaveLength(4)
    const told: (readonly string[])[] = []
    for (const called of [engagements.find(({ name }) => name === SNOW)!.id, SNOW, 'SNOW'])
      told.push(await rapportOk(['timeline', called, '--data', data]))
    expect(told[0]!.length).toBeGreaterThan(20)
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
    const events = await rapportJson<Record<string, unknown>>(['events', '--data', data])
    expect(events).toHaveLength(113)
    expect(Object.keys(events[0]!)).toEqual(
      expect.arrayContaining(['stream', 'revision', 'id', 'type', 'occurredAt', 'recordedAt', 'data']),
    )
    const persons = await rapportJson<{ stream: string }>(['events', '--stream', 'engagements.person', '--data', data])
    expect(persons.map(({ stream }) => stream.split('-')[0])).toEqual(['engagements.person'])
    expect((await rapportJson(['list', 'persons', '--data', data]))[0]).toMatchObject({
      name: 'Constituent Services Desk',
    })
    expect(server.child.exitCode).toBeNull()
  })

  test('rebuild, doctor and backup go there as well', async () => {
    expect(await rapportJson(['rebuild', 'interactions', '--data', data])).toEqual([
      { model: 'interactions', events: 113 },
    ])
    const all = await rapportJson<{ model: string }>(['rebuild', '--data', data])
    expect(all.map(({ model }) => model)).toEqual(
      expect.arrayContaining(['log', 'interactions', 'disclosures', 'persons', 'engagements']),
    )
    expect((await rapportJson(['doctor', '--data', data]))[0]).toMatchObject({ events: 113, findings: [] })
    const [copied] = await rapportJson([
      'backup',
      folder.path('copy'),
      '--keys',
      folder.path('copy-keys'),
      '--data',
      data,
    ])
    expect(copied).toMatchObject({ events: { events: 113 } })
    const restored = folder.path('restored')
    expect(
      await rapportJson(['restore', folder.path('copy'), '--keys', folder.path('copy-keys'), '--data', restored]),
    ).toEqual([{ data: restored, restores: 1 }])
    expect(await ends(['rebuild', 'no-such-model', '--data', data])).toMatchObject({
      code: 5,
      error: 'not-found',
      stderr: expect.stringMatching(/no read model no-such-model; there are log, .*interactions/),
    })
    expect(await ends(['backup', folder.path('copy'), '--keys', folder.path('x'), '--data', data])).toMatchObject({
      code: 2,
      error: 'target-not-empty',
    })
    expect(server.child.exitCode).toBeNull()
  })

  test('with --url and --token the folder is not needed', async () => {
    const [pm] = await rapportOk(['token', '--role', 'pm', '--data', data])
    const there = ['--url', `${server.url}/`, '--token', pm!, '--data', folder.path('nowhere')]
    expect(await rapportJson(['list', 'engagements', ...there])).toHaveLength(4)
    expect((await rapportOk(['timeline', SNOW, '--lang', 'zh-CN', ...there])).join('\n')).toContain('客户')
    expect(await rapportJson(['events', ...there])).toHaveLength(113)
    const [again] = await rapportJson([
      'import',
      'communication',
      file,
      '--mapping',
      bostonMapping,
      ...rejected,
      ...there,
    ])
    expect(again).toMatchObject({ recorded: 0, unchanged: 59 })
    expect(existsSync(folder.path('nowhere'))).toBe(false)
    // The token may come from the environment, where no list of processes shows it.
    const asked = ['list', 'engagements', '--url', server.url, '--json']
    expect((await rapport(asked, { env: { RAPPORT_TOKEN: pm! } })).code).toBe(0)
  })

  test('a token that is refused, and a server that is not there, have exit codes of their own', async () => {
    const [pm] = await rapportOk(['token', '--role', 'pm', '--data', data])
    const [client] = await rapportOk(['token', '--role', 'client', '--stakeholder', randomUUID(), '--data', data])
    const asked = (url: string, token: string) => ['events', '--url', url, '--token', token]
    expect(await ends(asked(server.url, `${pm!}x`))).toMatchObject({ code: 6, error: 'invalid-token' })
    expect(await ends(asked(server.url, 'nonsense'))).toMatchObject({ code: 6, error: 'invalid-token' })
    expect(await ends(asked(server.url, client!))).toMatchObject({ code: 6, error: 'forbidden' })
    expect(await ends(['events', '--url', server.url])).toMatchObject({ code: 2 })
    const gone: Server = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    expect(await ends(asked(`http://127.0.0.1:${port}`, pm!))).toMatchObject({ code: 7, error: 'unreachable' })
    expect(await ends(asked('ftp://nowhere', pm!))).toMatchObject({ code: 2 })
  })
})

describe('what cannot work ends with its own exit code, and makes nothing', () => {
  const none = folder.path('none')
  test.each<[number, string, string, readonly string[]]>([
    [2, 'usage', 'no command', []],
    [2, 'usage', 'an unknown one', ['begin']],
    [2, 'usage', 'an argument less', ['list']],
    [2, 'usage', 'a list of something else', ['list', 'clouds']],
    [2, 'usage', 'an unknown option', ['events', '--wrong']],
    [2, 'usage', 'another value than the choices', ['timeline', 'x', '--clock', 'wall']],
    [2, 'usage', 'an import without a mapping', ['import', 'communication', file]],
    [
      2,
      'mapping-context',
      'a mapping for another context',
      ['import', 'engagements', file, '--mapping', bostonMapping],
    ],
    [
      2,
      'mapping-invalid',
      'a mapping that is none',
      ['import', 'communication', file, '--mapping', join(root, 'package.json')],
    ],
    [5, 'file-missing', 'no file', ['import', 'communication', folder.path('no.csv'), '--mapping', bostonMapping]],
    [5, 'file-missing', 'no mapping', ['import', 'communication', file, '--mapping', folder.path('no.yaml')]],
    [5, 'folder-missing', 'a list of no folder', ['list', 'engagements']],
    [5, 'folder-missing', 'a timeline of no folder', ['timeline', 'SNOW']],
    [5, 'folder-missing', 'the events of no folder', ['events']],
    [5, 'folder-missing', 'a rebuild of no folder', ['rebuild']],
    [5, 'folder-missing', 'a doctor for no folder', ['doctor']],
    [5, 'folder-missing', 'a backup of no folder', ['backup', folder.path('b'), '--keys', folder.path('k')]],
    [2, 'backup-incomplete', 'a restore of no backup', ['restore', folder.path('b'), '--keys', folder.path('k')]],
  ])('%d %s: %s', async (code, error, _, args) => {
    expect(await ends([...args, ...(args.length > 0 ? ['--data', none] : [])])).toMatchObject({ code, error })
    expect(existsSync(none)).toBe(false)
  })

  test('an engagement that nobody knows, by name or id', async () => {
    for (const name of ['Nothing', '0192f0c1-7b7a-7c3e-8b8a-1234567890ab'])
      expect(await ends(['timeline', name, '--data', data])).toMatchObject({ code: 5, error: 'not-found' })
    expect(await ends(['timeline', SNOW, '--as-of', 'yesterday', '--data', data])).toMatchObject({
      code: 6,
      error: 'as-of-invalid',
    })
  })

  test('help and version are no mistakes', async () => {
    for (const args of [['--help'], ['help', 'import'], ['import', '--help'], ['--version']])
      expect(await rapport(args)).toMatchObject({ code: 0, stderr: '' })
    expect((await rapport(['--help'])).stdout).toMatch(/130 +Interrupted/)
  })
})

describe('an import that is interrupted', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s ends with 130 and is resumed by the next run', async (signal) => {
    const many = folder.path('many.csv')
    writeFileSync(many, madeUpBoston(2500))
    const at = folder.path(`interrupted-${signal}`)
    const bad = `${at}.rejected.csv`
    const args = ['import', 'communication', many, '--mapping', bostonMapping, '--data', at, '--rejected', bad]
    const { child, ended } = running(args)
    await until(() => (statSync(`${at}/events.db-wal`, { throwIfNoEntry: false })?.size ?? 0) > 200_000)
    child.kill(signal)
    const { code, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('Run it again') })
    expect([existsSync(bad), existsSync(`${bad}.part`)]).toEqual([false, false])
    expect(existsSync(join(at, 'running.json'))).toBe(false)
    const interrupted = await contentOf(at)
    expect(JSON.stringify(interrupted)).not.toContain('ImportCompleted')
    const [summary] = await rapportJson<{ recorded: number; unchanged: number }>(args)
    expect(summary).toMatchObject({ rows: 2500, rejected: 50 })
    expect(summary!.unchanged).toBeGreaterThan(0)
    expect(summary!.recorded).toBeGreaterThan(0)
    const runs = Object.entries(await contentOf(at)).filter(([name]) => name.startsWith('engagements.import-'))
    expect(runs).toHaveLength(1)
    expect(readFileSync(bad, 'utf8').trimEnd().split('\r\n')).toHaveLength(51)
  })
})

describe('commands on one folder at the same time', () => {
  test('each is answered, by itself or by the one that was there first', async () => {
    const at = folder.path('at-once')
    await rapportOk(importing(at))
    const asked = Array.from({ length: 5 }, () => rapport(['list', 'engagements', '--data', at]))
    const answers = await Promise.all(asked)
    expect(answers.map(({ code, stderr }) => ({ code, stderr }))).toEqual(answers.map(() => ({ code: 0, stderr: '' })))
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1)
  })
})

describe('output to a reader that goes away', () => {
  const piped = (command: string) => {
    const node = `"${process.execPath}" --conditions=@rapport/source "${join(root, 'apps/rapport/bin/rapport.mjs')}"`
    return spawnSync('bash', ['-c', `${node} ${command} | head -1; echo "\${PIPESTATUS[0]}"`], {
      env: environment(),
      encoding: 'utf8',
    })
  }

  test('ends the command quietly, and the folder is free again', async () => {
    const at = folder.path('interrupted-SIGINT')
    for (const place of [`--data "${data}"`, `--data "${at}"`])
      for (const command of ['events --json', 'timeline SNOW']) {
        const { stdout, stderr } = piped(`${command} ${place}`)
        expect({ ended: stdout.trimEnd().split('\n').at(-1), stderr }).toEqual({ ended: '0', stderr: '' })
      }
    expect(await rapportOk(['list', 'engagements', '--data', at])).toHaveLength(5)
  })
})
