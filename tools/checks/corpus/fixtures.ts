import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonical, streamName, type Doc, type Registry, type StoredEvent } from '@rapport/events'
import { root } from '../../lint/workspace.ts'

export const fixturePattern = 'libs/contexts/*/src/*/fixtures/*.json'

/** A golden fixture behind the event that begins its stream, as a history of its own. */
export interface Golden {
  /** From the root. */
  readonly path: string
  readonly events: readonly StoredEvent[]
}
interface Written {
  readonly id: string
  readonly metadata: Doc
  readonly data: Doc
}

/** Every golden fixture of the workspace; its first event type is what begins a stream. */
export function goldens(registry: Registry): readonly Golden[] {
  return globSync(fixturePattern, { cwd: root })
    .sort()
    .map((path) => {
      const [, context, short, type] = /^libs\/contexts\/([^/]+)\/src\/([^/]+)\/fixtures\/(\w+)\.v\d+\.json$/.exec(
        path,
      )!
      const kind = `${context}.${short}`
      const [first] = registry.served(kind)?.stream.events.keys() ?? []
      const begin = first === undefined || first === type ? [] : [[first, path.replace(/[^/]+$/, `${first}.v1.json`)]]
      const events = [...begin, [type!, path]].map(([of, file], n) => stored(kind, of!, file!, n))
      return { path, events }
    })
}

function stored(kind: string, type: string, path: string, n: number): StoredEvent {
  const { id, metadata, data } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Written
  return {
    stream: streamName(kind, metadata['tenant'] as string, '0192f0c1-7b7a-7c3e-8b8a-000000000800'),
    revision: n,
    position: String(n).padStart(20, '0'),
    recordedAt: '2026-03-02T12:00:00.000Z',
    id,
    type,
    metadata: canonical(metadata),
    data: canonical(data),
  }
}
