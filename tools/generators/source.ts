import ts from 'typescript'

/** The text of a TypeScript file with insertions, found by its syntax and made all at once. */
export class Source {
  readonly #path: string
  readonly #source: ts.SourceFile
  readonly #insertions: { readonly at: number; readonly text: string }[] = []

  constructor(path: string, text: string) {
    this.#path = path
    this.#source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  }

  text(): string {
    let text = this.#source.text
    for (const { at, text: more } of [...this.#insertions].sort((a, b) => b.at - a.at))
      text = text.slice(0, at) + more + text.slice(at)
    return text
  }

  /** Whether a constant of this name is declared. */
  has(name: string): boolean {
    return this.#constants().some((constant) => constant.name.getText() === name)
  }

  /** `export const <variable> = stream<State>('<name>', { events: […] })` */
  stream(name: string): {
    readonly variable: string
    readonly state: string
    readonly declaration: ts.Statement
    readonly list: ts.ArrayLiteralExpression
  } {
    for (const constant of this.#constants()) {
      const call = constant.initializer
      if (call === undefined || !ts.isCallExpression(call) || call.expression.getText() !== 'stream') continue
      const [first, definition] = call.arguments
      const list = definition && this.#property(definition, 'events')
      const state = call.typeArguments?.[0]?.getText()
      if (first === undefined || !ts.isStringLiteral(first) || first.text !== name || !list || state === undefined)
        continue
      const declaration = constant.parent.parent as ts.Statement
      return { variable: constant.name.getText(), state, declaration, list }
    }
    throw new Error(`${this.#path} has no stream<State>('${name}', { events: […] })`)
  }

  /** The list of `serve(<stream>, […])`. */
  served(): ts.ArrayLiteralExpression {
    for (const statement of this.#source.statements) {
      if (!ts.isExportAssignment(statement) || !ts.isCallExpression(statement.expression)) continue
      const { expression, arguments: given } = statement.expression
      const list = given[1]
      if (expression.getText() === 'serve' && list && ts.isArrayLiteralExpression(list)) return list
    }
    throw new Error(`${this.#path} has no export default serve(<stream>, […])`)
  }

  addTo(list: ts.ArrayLiteralExpression, name: string): void {
    const last = list.elements.at(-1)
    this.#insertions.push(
      last === undefined ? { at: list.getStart() + 1, text: name } : { at: last.getEnd(), text: `, ${name}` },
    )
  }

  insertBefore(node: ts.Node, text: string): void {
    this.#insertions.push({ at: node.getStart(), text })
  }

  /** Behind the last statement that the test picks, else at the end. */
  insertAfterLast(test: (text: string) => boolean, text: string): void {
    const after = this.#source.statements.filter((statement) => test(statement.getText())).at(-1)
    this.#insertions.push({ at: after?.getEnd() ?? this.#source.getEnd(), text: `\n${text}` })
  }

  /**
   * Imports a name and answers what it is called here: as it is imported already, else by `alias` or by itself. A new import
   * of a file stands in order of the paths.
   */
  importName(name: string, from: string, alias?: string): string {
    const imports = this.#imports()
    const same = imports.find(({ specifier, typeOnly }) => specifier === from && !typeOnly)
    const known = same?.names.find((n) => (n.propertyName ?? n.name).text === name)
    if (known !== undefined) return known.name.text
    const local = alias ?? name
    const written = local === name ? name : `${name} as ${local}`
    const last = same?.names.at(-1)
    if (last !== undefined) this.#insertions.push({ at: last.getEnd(), text: `, ${written}` })
    else {
      const next = imports.find(
        ({ specifier }) => specifier.startsWith('.') === from.startsWith('.') && specifier > from,
      )
      const line = `import { ${written} } from '${from}'\n`
      const at = next?.node.getStart() ?? (imports.at(-1)?.node.getEnd() ?? -1) + 1
      this.#insertions.push({ at, text: line })
    }
    return local
  }

  #constants(): readonly ts.VariableDeclaration[] {
    return this.#source.statements.flatMap((s) =>
      ts.isVariableStatement(s) ? [...s.declarationList.declarations] : [],
    )
  }

  #property(node: ts.Node, name: string): ts.ArrayLiteralExpression | undefined {
    if (!ts.isObjectLiteralExpression(node)) return undefined
    const found = node.properties.find((p) => p.name?.getText() === name)
    return found && ts.isPropertyAssignment(found) && ts.isArrayLiteralExpression(found.initializer)
      ? found.initializer
      : undefined
  }

  #imports(): readonly {
    readonly node: ts.ImportDeclaration
    readonly specifier: string
    readonly typeOnly: boolean
    readonly names: readonly ts.ImportSpecifier[]
  }[] {
    return this.#source.statements.filter(ts.isImportDeclaration).map((node) => {
      const bindings = node.importClause?.namedBindings
      return {
        node,
        specifier: (node.moduleSpecifier as ts.StringLiteral).text,
        typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
        names: bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [],
      }
    })
  }
}
