import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { root } from '../../lint/workspace.ts'

/** One place where a decision, or a helper that it imports, refuses. */
export interface Refusal {
  /** From the root. */
  readonly file: string
  readonly line: number
  readonly code: string | undefined
  /** The text that a mutant drops: a whole statement, or an expression. */
  readonly start: number
  readonly end: number
  readonly statement: boolean
}
export const mutantId = ({ file, start }: Pick<Refusal, 'file' | 'start'>): string => `${file}:${start}`

/** The refusals of a decision's file and of the files of its context that it imports, which are not decisions themselves. */
export function refusalsOf(file: string, isDecision: (file: string) => boolean): readonly Refusal[] {
  const seen = new Set<string>()
  const read = (path: string): readonly Refusal[] => {
    if (seen.has(path) || (path !== file && isDecision(path))) return []
    seen.add(path)
    const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true)
    const imported = source.statements.flatMap((s) =>
      ts.isImportDeclaration(s) && ts.isStringLiteral(s.moduleSpecifier) && s.moduleSpecifier.text.startsWith('.')
        ? [relative(root, join(root, dirname(path), s.moduleSpecifier.text))]
        : [],
    )
    return [...refusalsIn(source), ...imported.flatMap(read)]
  }
  return read(file)
}

/** Every call of `refuse`, innermost last. */
export function refusalsIn(source: ts.SourceFile): readonly Refusal[] {
  const found: Refusal[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isRefuse(node.expression)) {
      const [first] = node.arguments
      const statement = ts.isReturnStatement(node.parent) || ts.isExpressionStatement(node.parent)
      const gone = statement ? node.parent : node
      const start = gone.getStart(source)
      found.push({
        file: source.fileName,
        line: source.getLineAndCharacterOfPosition(start).line + 1,
        code: first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined,
        start,
        end: gone.getEnd(),
        statement,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const isRefuse = (callee: ts.Expression): boolean =>
  (ts.isIdentifier(callee) && callee.text === 'refuse') ||
  (ts.isPropertyAccessExpression(callee) && callee.name.text === 'refuse')
