import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rooms, roomTable } from './rooms.ts'
import { refusal } from './boundaries.ts'
import { packages, placeOf, root } from './workspace.ts'

interface Refusal {
  line: number
  message: string
}
const fixtures: { path: string; found: Refusal[]; refused: Refusal[] }[] = JSON.parse(
  execFileSync(process.execPath, [join(import.meta.dirname, 'lint-fixtures.ts')], { encoding: 'utf8' }),
)

describe('lint', () => {
  test.each(fixtures)('refuses in $path what it marks, and nothing else', ({ found, refused }) => {
    const expected = refused.map(({ line, message }) => ({ line, message: expect.stringContaining(message) }))
    expect(found).toEqual(expected)
  })

  test('has fixtures with refusals for every room that is not open to all', () => {
    const covered = fixtures
      .filter(({ refused }) => refused.length > 0)
      .map(({ path }) => placeOf(join(root, path))?.room)
    expect(Object.keys(rooms).filter((room) => !covered.includes(room))).toEqual(['bench'])
  })
})

test('docs/map.md shows the table that lint enforces', () => {
  const plain = (text: string) => text.replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ')
  expect(plain(readFileSync(join(root, 'docs/map.md'), 'utf8'))).toContain(plain(roomTable()))
})

test.each([...packages.values()])(
  '$name declares no dependency that its room may not import',
  ({ folder, manifest }) => {
    // A room within the package may need what the package's own may not.
    const within = Object.values(rooms).flatMap((room) => room.folder.split(`${relative(root, folder)}/`)[1] ?? [])
    const refusals = (names: Record<string, string> | undefined, file: string) =>
      Object.keys(names ?? {}).filter((name) =>
        ['src', ...within].every((inner) => refusal(join(folder, inner, file), name) !== undefined),
      )
    expect(refusals(manifest.dependencies, 'any.ts')).toEqual([])
    expect(refusals(manifest.devDependencies, 'any.spec.ts')).toEqual([])
  },
)
