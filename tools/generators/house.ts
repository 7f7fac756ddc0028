import { globSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Registry, type AnyDecision, type AnyStream, type Context } from '@rapport/events'
import { packages, root } from '../lint/workspace.ts'

/** A decision with the file that defines it and the specs of its stream's folder, as paths from the root. */
export interface Place {
  readonly context: Context
  readonly decision: AnyDecision
  readonly file: string
  readonly spec: string
}

const folders = [...packages.values()].filter(({ room }) => room === 'contexts')
const loaded = await Promise.all(
  folders.map(async ({ name, folder }) => {
    const { default: context } = (await import(name)) as { default: Context }
    return { context, folder }
  }),
)

/** Every context of the workspace, by name. */
export const contexts: readonly Context[] = loaded
  .map(({ context }) => context)
  .sort((a, b) => (a.name < b.name ? -1 : 1))
export const registry = new Registry(contexts)

export const contextOf = (stream: AnyStream): string => stream.name.slice(0, stream.name.indexOf('.'))
export const nameOf = (decision: AnyDecision): string => `${decision.stream.name} ${decision.name}`

/** Where each decision stands; a decision in a file that no context serves is a mistake and is named. */
export async function places(): Promise<{ readonly places: readonly Place[]; readonly problems: readonly string[] }> {
  const found = new Map<AnyDecision, Place>()
  const problems: string[] = []
  for (const { context, folder } of loaded) {
    const served = new Set(context.streams.flatMap(({ decisions }) => decisions))
    for (const path of globSync('src/*/*.ts', { cwd: folder, exclude: ['**/*.spec.ts', '**/*.fixture.ts'] }).sort()) {
      const file = relative(root, join(folder, path))
      for (const value of Object.values((await import(pathToFileURL(join(folder, path)).href)) as object)) {
        if (!isDecision(value)) continue
        if (served.has(value))
          found.set(value, { context, decision: value, file, spec: file.replace(/\.ts$/, '.spec.ts') })
        else problems.push(`${file}: the decision ${value.name} is in no list of the context ${context.name}`)
      }
    }
    for (const decision of served)
      if (!found.has(decision)) problems.push(`${nameOf(decision)} is exported by no file of src/<stream>/`)
  }
  return { places: [...found.values()], problems }
}

const isDecision = (value: unknown): value is AnyDecision =>
  typeof value === 'object' && value !== null && 'decide' in value && 'codes' in value && 'stream' in value
