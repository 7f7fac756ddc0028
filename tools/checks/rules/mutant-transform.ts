// A Jest transform that puts a switch before every refusal: which one is off, RAPPORT_MUTANT says when the spec runs.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SyncTransformer, TransformOptions } from '@jest/transform'
import { createTransformer } from '@swc/jest'
import ts from 'typescript'
import { root } from '../../lint/workspace.ts'
import { mutantId, refusalsIn } from './refusals.ts'

const version = createHash('sha256')
for (const file of ['./mutant-transform.ts', './refusals.ts'])
  version.update(readFileSync(fileURLToPath(new URL(file, import.meta.url))))
const salt = version.digest('hex')

export default {
  createTransformer(options: Parameters<typeof createTransformer>[0]) {
    const swc = createTransformer(options) as Required<SyncTransformer>
    return {
      process: (text: string, path: string, how: TransformOptions) => swc.process(switched(text, path), path, how),
      getCacheKey: (text: string, path: string, how: TransformOptions) =>
        createHash('sha256')
          .update(salt)
          .update(swc.getCacheKey(text, path, how))
          .digest('hex'),
    }
  },
}

/** The source with `if (mutant) ; else return refuse(…)` where a refusal stands, on the same line. */
export function switched(text: string, path: string): string {
  const file = relative(root, path)
  if (!/^libs\/contexts\/[^/]+\/src\/.*(?<!\.(?:spec|fixture))\.ts$/.test(file)) return text
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  let changed = text
  for (const refusal of [...refusalsIn(source)].sort((a, b) => b.start - a.start)) {
    const { start, end, statement } = refusal
    const off = `process.env.RAPPORT_MUTANT === ${JSON.stringify(mutantId(refusal))}`
    const whole = changed.slice(start, end)
    const guarded = statement ? `{ if (!(${off})) ${whole} }` : `(${off} ? [] : ${whole})`
    changed = changed.slice(0, start) + guarded + changed.slice(end)
  }
  return changed
}
