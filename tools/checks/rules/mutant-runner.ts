// Runs specs, one mutant after the other, in one process: Jest starts once. Told by messages of its parent.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runCLI } from 'jest'
import { root } from '../../lint/workspace.ts'

/** No mutant: the specs as they are. */
export interface Run {
  readonly specs: readonly string[]
  readonly mutant?: string
}
export interface Ran {
  readonly passed: number
  /** The names of the tests that are red. */
  readonly failed: readonly string[]
  /** Why specs did not even run. */
  readonly broken: readonly string[]
}

interface JestConfig {
  readonly default: { readonly projects: readonly [{ readonly transform: Readonly<Record<string, [string, object]>> }] }
}
const { default: usual } = (await import(pathToFileURL(join(root, 'jest.config.mjs')).href)) as JestConfig
const [project] = usual.projects
const [[pattern, [, options]]] = Object.entries(project.transform) as [[string, [string, object]]]
const config = JSON.stringify({
  ...project,
  displayName: 'mutants',
  rootDir: root,
  roots: ['<rootDir>/libs/contexts'],
  testMatch: ['**/*.spec.ts'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: { [pattern]: [`${import.meta.dirname}/mutant-transform.ts`, options] },
  reporters: [],
  watchman: false,
})

async function run({ specs, mutant }: Run): Promise<Ran> {
  if (mutant === undefined) delete process.env['RAPPORT_MUTANT']
  else process.env['RAPPORT_MUTANT'] = mutant
  const { results } = await runCLI(
    { _: [...specs], $0: 'jest', config, runTestsByPath: true, runInBand: true, silent: true } as never,
    [root],
  )
  return {
    passed: results.numPassedTests,
    failed: results.testResults.flatMap(({ testResults }) =>
      testResults.flatMap(({ status, fullName }) => (status === 'failed' ? [fullName] : [])),
    ),
    broken: results.testResults.flatMap(({ testExecError, failureMessage }) =>
      testExecError === undefined ? [] : [failureMessage ?? 'did not run'],
    ),
  }
}

process.on('message', (message: Run) => {
  run(message).then(
    (ran) => process.send!(ran),
    (error: unknown) => process.send!({ passed: 0, failed: [], broken: [String(error)] } satisfies Ran),
  )
})
process.on('disconnect', () => process.exit())
