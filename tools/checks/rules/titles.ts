import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../lint/workspace.ts'

/** A test whose title begins with rules: it proves them. */
export interface Title {
  readonly rules: readonly string[]
  readonly title: string
  /** From the root. */
  readonly file: string
}

/** The titles in all specs that begin with `I-nn` (several: `I-30, I-31 …`); what is skipped or still to do proves nothing. */
export function titles(): readonly Title[] {
  const specs = globSync('{apps,libs,tools}/**/*.spec.ts', {
    cwd: root,
    exclude: ['**/node_modules', '**/dist'],
  }).sort()
  return specs.flatMap((file) => titlesIn(readFileSync(join(root, file), 'utf8'), file))
}

export function titlesIn(text: string, file: string): readonly Title[] {
  const found: Title[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && runs(node.expression)) {
      const [first] = node.arguments
      const title = first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined
      const head = /^(?:I-\d+[,:]?(?: +|$))+/.exec(title ?? '')?.[0]
      if (title !== undefined && head !== undefined) found.push({ rules: head.match(/I-\d+/g)!, title, file })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return found
}

/** `test`, `it`, `describe`, with `.each(…)` or `.concurrent`; not `.skip`, `.todo` or `.failing`. */
function runs(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ['test', 'it', 'describe'].includes(callee.text)
  if (ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee))
    return runs(ts.isCallExpression(callee) ? callee.expression : callee.tag)
  return (
    ts.isPropertyAccessExpression(callee) &&
    ['each', 'concurrent'].includes(callee.name.text) &&
    runs(callee.expression)
  )
}
