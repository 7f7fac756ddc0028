import { globSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { rooms } from './rooms.ts'

export const root = join(import.meta.dirname, '../..')

export interface Place {
  room: string
  /** The folder a relative import must stay in. */
  folder: string
  /** Specs and the `.fixture.ts` files that only specs import. */
  spec: boolean
}

/** The room of a file, by its path alone: the longest folder wins. */
export function placeOf(file: string): Place | undefined {
  const parts = relative(root, file).split(sep)
  const fits = (folder: string) =>
    folder.split('/').every((name, i) => (name === '*' ? parts.length > i + 1 : name === parts[i]))
  let found: [string, string] | undefined
  for (const [room, { folder }] of Object.entries(rooms))
    if (fits(folder) && (!found || folder.split('/').length > found[1].split('/').length)) found = [room, folder]
  if (!found) return undefined
  const [room, folder] = found
  // A room within a package reaches the package's own files.
  const depth = room === 'bench' ? 1 : folder.split('/src/')[0]!.split('/').length
  return { room, folder: join(root, ...parts.slice(0, depth)), spec: /\.(spec|fixture)\.[cm]?tsx?$/.test(file) }
}

interface Manifest {
  name: string
  version: string
  exports?: Record<string, unknown>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

export interface WorkspacePackage {
  name: string
  folder: string
  room: string
  exports: readonly string[]
  manifest: Manifest
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest

export const workspace = read(join(root, 'package.json'))

export const packages: ReadonlyMap<string, WorkspacePackage> = new Map(
  globSync(
    [
      'apps/*/package.json',
      'libs/contracts/package.json',
      'libs/views/package.json',
      'libs/house/package.json',
      'libs/{contexts,platform}/*/package.json',
    ],
    {
      cwd: root,
    },
  ).map((path) => {
    const file = join(root, path)
    const manifest = read(file)
    const place = placeOf(file)
    if (!place) throw new Error(`${path} is in no room of tools/lint/rooms.ts`)
    const exports = Object.keys(manifest.exports ?? {})
    return [manifest.name, { name: manifest.name, folder: place.folder, room: place.room, exports, manifest }] as const
  }),
)
