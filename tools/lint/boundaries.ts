import { isBuiltin } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Rule } from 'eslint'
import { drivers, edge, rooms } from './rooms.ts'
import { packages, type Place, placeOf, workspace } from './workspace.ts'

const covers = (patterns: readonly string[], name: string) =>
  patterns.some(
    (pattern) =>
      pattern === name ||
      (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1))) ||
      (pattern === 'node:' && name.startsWith('node:') && !drivers.includes(name)) ||
      (pattern === '*' && !drivers.includes(name)),
  )

/** Why this file may not import this, or undefined where it may. */
export function refusal(file: string, specifier: string): string | undefined {
  const from = placeOf(file)
  if (!from) return undefined
  if (/^(\.\.?(\/|\\|$)|\/|[a-z]:|file:|data:|https?:)/i.test(specifier)) return refusePath(file, specifier)
  const room = rooms[from.room]!
  const who = from.spec ? `a spec of ${from.room}` : from.room
  const name = isBuiltin(specifier) ? `node:${specifier.replace(/^node:/, '')}` : packageName(specifier)
  if (!name.startsWith('@rapport/')) {
    const allowed = from.spec ? [...room.packages, ...room.specs.packages] : room.packages
    if (covers(allowed, name)) return undeclared(from, name)
    if (drivers.includes(name)) return `${name} is a driver: only its adapter imports it, not ${who}`
    if (covers(edge, name))
      return `${name} belongs to the HTTP edge: service, apps and a context's http folder, not ${who}`
    return `${who} may not import ${name}`
  }
  const target = packages.get(name)
  if (!target) return `there is no package ${name} in this workspace`
  const subpath = specifier.slice(name.length)
  if (subpath && !target.exports.includes(`.${subpath}`)) return `import ${name} by its name, not ${specifier}`
  if (target.folder === from.folder) return undefined
  if (target.room === 'contexts' && from.room.startsWith('contexts')) return `a context may not import another: ${name}`
  const allowed = from.spec ? [...room.rooms, ...room.specs.rooms] : room.rooms
  return allowed.includes(target.room) ? undeclared(from, name) : `${who} may not import ${name}`
}

/** A package that is not in package.json is there by luck; what only specs use may be the workspace's. */
function undeclared(from: Place, name: string) {
  const own = [...packages.values()].find(({ folder }) => folder === from.folder)
  if (!own || name.startsWith('node:')) return undefined
  const { dependencies, devDependencies } = own.manifest
  const declared = from.spec ? [dependencies, devDependencies, workspace.devDependencies] : [dependencies]
  return declared.some((names) => names && name in names)
    ? undefined
    : `${name} is not in the package.json of ${own.name}`
}

function refusePath(file: string, specifier: string) {
  const from = placeOf(file)!
  if (!specifier.startsWith('.')) return `import ${specifier} by a relative path or a package name`
  const path = fileURLToPath(new URL(specifier, pathToFileURL(file)))
  if (!path.startsWith(from.folder + sep) || path.includes(`${sep}node_modules${sep}`))
    return `${specifier} leaves the package: import it by its name`
  const to = placeOf(path)!
  if (to.spec && !from.spec) return `only a spec may import a spec or a fixture: ${specifier}`
  if (to.room === 'contexts-http' && from.room === 'contexts')
    return `the http folder is not for the rest of its context: ${specifier}`
  return undefined
}

const packageName = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/* eslint-disable @typescript-eslint/no-explicit-any -- the nodes of TypeScript are not in ESLint's types */
const text = (node: any): string | undefined => {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node?.type === 'TSLiteralType') return text(node.literal)
  if (node?.type === 'TSExternalModuleReference') return text(node.expression)
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked
  return undefined
}

const ofJest = ['mock', 'unstable_mockModule', 'requireActual', 'requireMock']

/** Is this call one that loads the module its first argument names? */
function loads(callee: any, requires: ReadonlySet<string>): boolean {
  if (callee.type === 'Identifier') return callee.name === 'require' || requires.has(callee.name)
  if (callee.type === 'CallExpression') return isCreateRequire(callee)
  if (callee.type !== 'MemberExpression') return false
  const name = callee.computed ? text(callee.property) : callee.property.name
  if (name === 'resolve') return callee.object.type === 'MetaProperty' || loads(callee.object, requires)
  return name === 'getBuiltinModule' || (callee.object.name === 'jest' && ofJest.includes(name ?? ''))
}

const isCreateRequire = (node: any) =>
  node?.type === 'CallExpression' && (node.callee.name ?? node.callee.property?.name) === 'createRequire'

/** Who may import whom, in every form in which a module can name another. */
export const boundaries: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = context.filename
    const place = placeOf(file)
    if (!place) return {}
    const requires = new Set<string>()
    const check = (node: any, source: any) => {
      const specifier = text(source)
      const message = specifier === undefined ? computed(place.room) : refusal(file, specifier)
      if (message) context.report({ node, message })
    }
    const withSource = (node: any) => node.source && check(node, node.source)
    return {
      ImportDeclaration: withSource,
      ExportNamedDeclaration: withSource,
      ExportAllDeclaration: withSource,
      ImportExpression: withSource,
      TSImportType: (node: any) => check(node, node.source ?? node.argument),
      TSImportEqualsDeclaration(node: any) {
        if (node.moduleReference.type === 'TSExternalModuleReference') check(node, node.moduleReference)
      },
      VariableDeclarator(node: any) {
        if (node.id.type === 'Identifier' && isCreateRequire(node.init)) requires.add(node.id.name)
      },
      CallExpression(node: any) {
        if (node.arguments.length > 0 && loads(node.callee, requires)) check(node, node.arguments[0])
      },
      // new Worker(new URL('../../…', import.meta.url)) loads code as well; a data file may lie elsewhere.
      NewExpression(node: any) {
        const path = node.callee.name === 'URL' && node.arguments.length === 2 ? text(node.arguments[0]) : undefined
        if (path && /^\.{1,2}\/.*\.[cm]?[jt]s$/.test(path)) check(node, node.arguments[0])
      },
    } as Rule.RuleListener
  },
}

const computed = (room: string) =>
  ['apps', 'tools', 'bench'].includes(room) ? undefined : 'a computed import cannot be checked: name the module'

export default { meta: { name: 'rapport' }, rules: { boundaries } }
