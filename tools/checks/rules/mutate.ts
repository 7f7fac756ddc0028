import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { nameOf, type Place } from '../../generators/house.ts'
import { root } from '../../lint/workspace.ts'
import type { Ran, Run } from './mutant-runner.ts'
import { mutantId, type Refusal } from './refusals.ts'

interface Mutant {
  readonly place: Place
  readonly refusal: Refusal
}
export interface Mutated {
  readonly mutants: number
  /** One line each: a refusal that no test of its decision misses, a spec that is not there or not green. */
  readonly problems: readonly string[]
}

/** Drops every refusal of every decision once and runs the decision's own spec, which must turn red. */
export async function mutate(
  refusals: ReadonlyMap<Place, readonly Refusal[]>,
  only: string | undefined,
): Promise<Mutated> {
  const all = [...refusals].filter(([place]) => only === undefined || place.file.includes(only))
  const problems = all.flatMap(([{ decision, spec }, own]) =>
    own.length === 0 || existsSync(join(root, spec)) ? [] : [`${nameOf(decision)} refuses and has no spec ${spec}`],
  )
  const queue: Mutant[] = all.flatMap(([place, own]) =>
    existsSync(join(root, place.spec)) ? own.map((refusal) => ({ place, refusal })) : [],
  )
  const mutants = queue.length
  const specs = [...new Set(queue.map(({ place }) => place.spec))]
  if (specs.length === 0) return { mutants, problems }
  const runners = Array.from({ length: Math.min(availableParallelism(), mutants) }, start)
  try {
    const green = await ask(runners[0]!, { specs: specs.map(absolute) })
    const red = [...green.failed, ...green.broken].map((test) => `Red as it is, so that nothing can be proved: ${test}`)
    if (red.length > 0) return { mutants: 0, problems: [...problems, ...red] }
    await Promise.all(
      runners.map(async (runner) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const { place, refusal } = next
          const ran = await ask(runner, { specs: [absolute(place.spec)], mutant: mutantId(refusal) })
          const problem = judge(ran)
          if (problem !== undefined)
            problems.push(
              `${refusal.file}:${refusal.line} refuse('${refusal.code}') of ${nameOf(place.decision)}: ${problem}`,
            )
        }
      }),
    )
  } finally {
    for (const runner of runners) runner.kill()
  }
  return { mutants, problems: problems.sort() }
}

function judge({ failed, broken }: Ran): string | undefined {
  if (broken.length > 0) return `the spec does not run without it: ${broken.join('\n')}`
  return failed.length === 0 ? 'no test turns red without it' : undefined
}

const absolute = (path: string): string => join(root, path)

const start = (): ChildProcess =>
  fork(join(import.meta.dirname, 'mutant-runner.ts'), {
    execArgv: ['--conditions=@rapport/source', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

async function ask(runner: ChildProcess, run: Run): Promise<Ran> {
  const gone = new AbortController()
  const { signal } = gone
  try {
    runner.send(run)
    const ended = once(runner, 'exit', { signal }).then(() => {
      throw new Error('A runner of mutants ended.')
    })
    const [ran] = (await Promise.race([once(runner, 'message', { signal }), ended])) as [Ran]
    return ran
  } finally {
    gone.abort()
  }
}
