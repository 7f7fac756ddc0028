/** The crash points of the product (`rapport.crash.<name>`); each is reached so often under the load that the n-th time surely comes. */
export const points = {
  'before-append': { from: 8, to: 40 },
  'inside-group': { from: 8, to: 40 },
  'after-commit': { from: 8, to: 40 },
  'between-document-and-checkpoint': { from: 60, to: 300 },
  'after-effect': { from: 1, to: 6 },
  'inside-import': { from: 1, to: 25 },
  'inside-rebuild': { from: 1, to: 12 },
  'inside-backup': { from: 1, to: 1 },
  'inside-erase': { from: 1, to: 3 },
} as const
export type Point = keyof typeof points

/** What runs beside the commands while the process is killed. */
export type Operation = 'import' | 'rebuild' | 'backup'
const operationOf: Partial<Record<Point, Operation>> = {
  'inside-import': 'import',
  'inside-rebuild': 'rebuild',
  'inside-backup': 'backup',
}
const operations: readonly Operation[] = ['import', 'rebuild', 'backup']

/** Where a process is killed: at a point when it is reached for the n-th time, or so many milliseconds after its start or the begin of the load. */
export type Kill =
  | { readonly at: Point; readonly nth: number; readonly operation: Operation | undefined }
  | { readonly at: 'while-starting'; readonly ms: number }
  | { readonly at: 'under-load'; readonly ms: number; readonly operation: Operation | undefined }
export const moments = [...(Object.keys(points) as Point[]), 'while-starting', 'under-load'] as const

/** Numbers from 0 to below 1 that follow from the seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
export const below = (rand: () => number, end: number): number => Math.floor(rand() * end)
export const oneOf = <T>(rand: () => number, all: readonly T[]): T => all[below(rand, all.length)]!

/** Six kills in ten at named points, each in its turn; of the others one in six while it starts and the rest at any moment under load. */
export function planOf(kills: number, rand: () => number): readonly Kill[] {
  const names = Object.keys(points) as Point[]
  const named = Math.max(names.length, Math.round(kills * 0.6))
  const all = Array.from({ length: kills }, (_, n): Kill => {
    if (n < named) {
      const at = names[n % names.length]!
      const { from, to } = points[at]
      return { at, nth: from + below(rand, to - from + 1), operation: operationOf[at] }
    }
    if (n % 6 === 0) return { at: 'while-starting', ms: 50 + below(rand, 1500) }
    const operation = rand() < 0.4 ? oneOf(rand, operations) : undefined
    return { at: 'under-load', ms: below(rand, 400), operation }
  })
  for (let n = all.length - 1; n > 0; n--) {
    const other = below(rand, n + 1)
    const moved = all[n]!
    all[n] = all[other]!
    all[other] = moved
  }
  return all
}
