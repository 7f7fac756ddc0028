import { describe, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, format } from 'prettier'
import ts from 'typescript'
import { placeOf, root } from '../lint/workspace.ts'
import { registry } from './house.ts'
import { eventName, newDecision } from './new-decision.ts'

/** A copy of the files that are read or written, in memory. */
const copy = new Map<string, string>()
const read = (path: string): string | undefined =>
  copy.get(path) ?? (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined)

const streams = registry.streams.map(({ stream }) => {
  const [context, name] = stream.name.split('.') as [string, string]
  return { context, stream: name }
})

/** What the compiler says of the files of the copy, which stand before those on the disk. */
function problems(paths: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => readFileSync(path, 'utf8'))
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...(config as { compilerOptions: object }).compilerOptions, composite: false, declaration: false, noEmit: true },
    root,
  )
  const host = ts.createCompilerHost({
    ...options,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
  })
  const { readFile, fileExists } = host
  const ours = (file: string): string | undefined => copy.get(file.slice(root.length + 1))
  host.readFile = (file) => ours(file) ?? readFile(file)
  host.fileExists = (file) => ours(file) !== undefined || fileExists(file)
  const program = ts.createProgram({
    rootNames: paths.map((path) => join(root, path)),
    options: { ...options, rewriteRelativeImportExtensions: false, allowImportingTsExtensions: true },
    host,
  })
  return paths.flatMap((path) => {
    const source = program.getSourceFile(join(root, path))!
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
  })
}

describe('npm run new decision', () => {
  test('writes, for every stream there is, what type-checks, is formatted, belongs to a room and waits to be filled in', async () => {
    for (const { context, stream } of streams)
      for (const [path, text] of newDecision(read, { context, stream, name: 'try-out' }).files)
        copy.set(path, await format(text, { parser: 'typescript', printWidth: 120, semi: false, singleQuote: true }))

    for (const [path, text] of copy) {
      expect(placeOf(join(root, path))).toBeDefined()
      expect(await check(text, { parser: 'typescript', printWidth: 120, semi: false, singleQuote: true })).toBe(true)
    }
    expect(problems([...copy.keys()])).toEqual([])
    const specs = [...copy].filter(([path]) => path.endsWith('.spec.ts'))
    expect(specs).toHaveLength(streams.length)
    for (const [, text] of specs) expect(text).toContain("throw new Error('TODO")
  })

  test('puts public event, event and decision where the others are', () => {
    const { files, event, folder } = newDecision(read, {
      context: 'communication',
      stream: 'disclosure',
      name: 'withdraw',
    })
    expect(event).toBe('DisclosureWithdrawn')
    expect([...files.keys()]).toEqual([
      'libs/contracts/src/communication.ts',
      `${folder}/events.ts`,
      `${folder}/withdraw.ts`,
      `${folder}/withdraw.spec.ts`,
      `${folder}/index.ts`,
    ])
    const [contract, events, , , index] = [...files.values()]
    expect(contract).toContain("publicEvent('communication.disclosure', 'DisclosureWithdrawn', 1, {")
    expect(events).toMatch(/events: \[.*, disclosureWithdrawn\]/s)
    expect(index).toContain("import { withdraw } from './withdraw.ts'")
    expect(index).toMatch(/serve\(disclosure, \[.*, withdraw\]\)/s)
  })

  test('takes an event that exists, and the name of a decision that another stream has too', () => {
    const { files } = newDecision(read, {
      context: 'engagements',
      stream: 'stakeholder',
      name: 'retire',
      event: 'StakeholderRemoved',
    })
    expect(files.get('libs/contracts/src/engagements.ts')).toBe(read('libs/contracts/src/engagements.ts'))
    const index = files.get('libs/contexts/engagements/src/stakeholder/index.ts')
    expect(index).toContain("import { retire } from './retire.ts'")
    expect(index).toMatch(/serve\(stakeholder, \[.*, retire\]\)/s)
  })

  test.each([
    [{ context: 'communication', stream: 'disclosure', name: 'correct' }, 'there already'],
    [{ context: 'communication', stream: 'nothing', name: 'try' }, 'no stream communication.nothing'],
    [{ context: 'communication', stream: 'disclosure', name: 'TryOut' }, 'lower-case words'],
    [{ context: 'communication', stream: 'disclosure', name: 'try', event: 'tried' }, 'called like'],
  ])('refuses %j: %s', (wanted, why) => {
    expect(() => newDecision(read, wanted)).toThrow(why)
  })

  test.each([
    ['disclosure', 'withdraw', 'DisclosureWithdrawn'],
    ['stakeholder', 'grant-right', 'StakeholderRightGranted'],
    ['engagement', 'record-lesson', 'EngagementLessonRecorded'],
    ['client', 'rename', 'ClientRenamed'],
    ['plan', 'rely', 'PlanRelied'],
  ])('guesses what %s: %s records', (stream, name, event) => {
    expect(eventName(stream, name)).toBe(event)
  })
})
