import type { Json } from '@rapport/events'
import { mutate, mutation } from '@rapport/testing'
import fc from 'fast-check'

/** What makes a JSON text one that the gate refuses, by one change. */
const inText: readonly ((text: string) => string | Buffer)[] = [
  (text) => text.slice(0, -1),
  (text) => `${text},`,
  (text) => `\ufeff${text}`,
  (text) => text.replace(/"([^"]*)":/, '"$1":0,"$1":'),
  (text) => text.replace(/^\{/, '{"__proto__":{},'),
  (text) => text.replace(/^\{/, '{"a":9007199254740993,'),
  (text) => text.replace(/^\{/, '{"a":1e999,'),
  (text) => text.replace(/^\{/, '{"a":"\\udc00",'),
  (text) => text.replace(/^\{/, `{"a":${'['.repeat(65)}${']'.repeat(65)},`),
  (text) => text.replace(/^\{/, '{"a":NaN,'),
  (text) => text.replaceAll('"', "'"),
  (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x30, 0x7d])]),
]
const once: fc.Arbitrary<(body: Json) => string | Buffer> = fc.oneof(
  { weight: 6, arbitrary: mutation.map((step) => (body: Json) => JSON.stringify(mutate(body, step)) ?? 'null') },
  { weight: 1, arbitrary: fc.constantFrom(...inText).map((change) => (body: Json) => change(JSON.stringify(body))) },
)
const anything: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.string({ maxLength: 60 }),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('', ' ', '{', '{}', '[]', 'null', '0', '"x"', '['.repeat(5000), '{"a":'.repeat(5000)),
  fc.integer({ min: 0, max: 40 }).map((n) => `{"text":"${'x'.repeat(n * 30_000)}"}`),
)

/** An endless supply of samples, always the same for a seed. */
function supply<T>(arbitrary: fc.Arbitrary<T>, seed: number): () => T {
  const waiting: T[] = []
  let chunk = 0
  return () => {
    if (waiting.length === 0) waiting.push(...fc.sample(arbitrary, { seed: seed + ++chunk * 104_729, numRuns: 100 }))
    return waiting.pop()!
  }
}

/** What spoils bodies: by one change, or altogether. */
export function spoiler(seed: number): {
  once(body: object): string | Buffer
  altogether(): string | Buffer
} {
  const change = supply(once, seed)
  const other = supply(anything, seed + 1)
  return { once: (body: object): string | Buffer => change()(body as Json), altogether: other }
}
