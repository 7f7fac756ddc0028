import { expect, test } from '@jest/globals'
import { Parser, fromFile } from '@asyncapi/parser'
import { join } from 'node:path'
import { root } from '../../lint/workspace.ts'
import { registry } from '../house.ts'
import { asyncapi } from './asyncapi.ts'
import { ceType, publicEvents } from './contracts.ts'
import { published, validator } from './published.fixture.ts'
import type { Schema } from './schemas.ts'
import { yaml, type Plain } from '../yaml.ts'

const file = join(root, 'docs/reference/asyncapi.yaml')
const ERROR = 0
const { document, diagnostics } = await fromFile(new Parser(), file).parse()

test('the AsyncAPI document has no error', () => {
  expect(diagnostics.filter(({ severity }) => severity === ERROR)).toEqual([])
  expect(document?.version()).toBe('3.0.0')
})

test.each([
  ['a payload that is nowhere', (text: string) => text.replace('./schemas/engagements.client', './schemas/nowhere')],
  ['a message without its channel', (text: string) => text.replace('channel:', 'chanel:')],
])('the parser would have found %s', async (_, broken) => {
  const text = yaml(asyncapi())
  expect(broken(text)).not.toBe(text)
  const found = (await new Parser().parse(broken(text), { source: file })).diagnostics
  expect(found.filter(({ severity }) => severity === ERROR)).not.toEqual([])
})

test('it has a channel for each kind of stream that publishes, with every event of it', () => {
  const streams = registry.streams.filter(({ stream }) => [...stream.events.values()].some((e) => e.contract))
  expect(
    document!
      .channels()
      .all()
      .map((channel) => channel.address())
      .sort(),
  ).toEqual(streams.map(({ stream }) => `{prefix}.${stream.name}.v1`).sort())
  for (const channel of document!.channels().all())
    expect(
      channel
        .messages()
        .all()
        .map((message) => message.name())
        .sort(),
    ).toEqual(
      publicEvents
        .filter(({ stream }) => channel.address() === `{prefix}.${stream}.v1`)
        .map(ceType)
        .sort(),
    )
})

test('the headers of what fixtures publish fit it, and do not with one taken away, changed or empty', () => {
  const ajv = validator(new Map())
  for (const { path, message } of published) {
    const described = document!
      .messages()
      .all()
      .find((one) => one.name() === message.headers['ce_type'])!
    const headers = bare(described.headers()!.json() as Schema)
    const fits = ajv.compile(headers)
    expect([path, fits(message.headers), fits.errors]).toEqual([path, true, null])
    for (const name of Object.keys(message.headers)) {
      const { [name]: _, ...without } = message.headers
      const optional = ['ce_engagementid', 'ce_clientid', 'ce_causationid'].includes(name)
      expect([path, name, fits(without)]).toEqual([path, name, optional])
      expect(headers['properties']).toHaveProperty([name])
    }
    expect(fits({ ...message.headers, ce_type: 'rapport.other.Other.v1' })).toBe(false)
  }
})

test('YAML says what JSON would', async () => {
  const odd: Plain = {
    asyncapi: '3.0.0',
    info: { title: 'yes', version: '1', description: 'a: #b\n- "c" 甲' },
    channels: {},
    'x-odd': [['a', []], [{ b: 1, c: [true] }], 'null', '-', ' d', '~', '1'],
  }
  const { document: read, diagnostics: found } = await new Parser().parse(yaml(odd))
  expect(found.filter(({ severity }) => severity === ERROR)).toEqual([])
  expect(bare(read!.json() as unknown as Schema)).toEqual(odd)
})

/** Without what the parser adds. */
const bare = (value: Schema): Schema =>
  JSON.parse(JSON.stringify(value, (name, of: unknown) => (name.startsWith('x-parser') ? undefined : of))) as Schema
