// Makes what `nx prune` wrote installable by `npm ci` and fit to ship: it leaves development dependencies in the manifests that the pruned
// lock file does not have, drops the overrides of the root, and copies sources beside what was built. Plain JavaScript for Node 20.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [root, target] = process.argv.slice(2)
if (!root || !target) {
  process.stderr.write('Use: node production.mjs WORKSPACE TARGET\n')
  process.exit(2)
}
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const { overrides } = read(join(root, 'package.json'))
const modules = join(target, 'workspace_modules/@rapport')

for (const folder of [target, ...readdirSync(modules).map((name) => join(modules, name))]) {
  const path = join(folder, 'package.json')
  const { devDependencies: _, nx: __, ...manifest } = read(path)
  if (folder === target) manifest.overrides = overrides
  writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`)
}
// Only what is imported in production: the contract suites are not, and Node must not find sources.
rmSync(join(modules, 'testing'), { recursive: true, force: true })
for (const name of readdirSync(modules))
  for (const left of ['src', 'bench', 'tsconfig.json', 'tsconfig.tsbuildinfo'])
    rmSync(join(modules, name, left), { recursive: true, force: true })
for (const name of readdirSync(modules))
  if (!existsSync(join(modules, name, 'dist'))) throw new Error(`${name} was not built.`)
