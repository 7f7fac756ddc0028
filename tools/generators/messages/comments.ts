import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../lint/workspace.ts'

/** What the contracts say of each public event in the comment above it, by stream, type and version. */
export function comments(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const path of globSync('libs/contracts/src/**/*.ts', { cwd: root }).sort()) {
    const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true)
    for (const statement of source.statements.filter(ts.isVariableStatement)) {
      const call = statement.declarationList.declarations[0]?.initializer
      if (call === undefined || !ts.isCallExpression(call) || call.expression.getText() !== 'publicEvent') continue
      const [stream, type, version] = call.arguments
      if (stream === undefined || type === undefined || version === undefined) continue
      const said = ts
        .getJSDocCommentsAndTags(statement)
        .flatMap(({ comment }) => ts.getTextOfJSDocComment(comment) ?? [])
      const name = [stream, type].map((of) => (ts.isStringLiteral(of) ? of.text : of.getText())).join('.')
      if (said.length > 0) found.set(`${name}.v${version.getText()}`, said.join(' ').replaceAll(/\s+/g, ' '))
    }
  }
  return found
}
