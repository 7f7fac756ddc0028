/** How patient a case is with its adapter, and how much it asks of it. */
export interface Terms {
  /** Milliseconds that one answer may take before the case fails. */
  readonly patience: number
  /** Events that the case of concurrent writers appends (BR-44). */
  readonly events: number
}
export const usual: Terms = { patience: 10_000, events: 10_000 }

export interface CreateOptions {
  /** The clock that the adapter is to use, in milliseconds since 1970; without it, any. */
  readonly now?: () => number
}

/** An adapter under test, on data of its own (or on a shared server: the cases use names that nobody else does). */
export interface Opened<P> {
  readonly port: P
  /** Leaves the instance that was open and gives a new one on the same durable data: a restart. */
  reopen?(): Promise<P>
  /** A second instance on the same data while the first lives. Without it a case plays both parts with one instance. */
  another?(): Promise<P>
  dispose(): Promise<void>
}
export type Create<H> = (options: CreateOptions) => Promise<H>

/** One sentence that every adapter keeps, and the proof: `run` rejects where it does not. It needs no test runner. */
export interface Case<H> {
  readonly sentence: string
  readonly run: (create: Create<H>, terms?: Terms) => Promise<void>
}

/** A sentence that an adapter cannot keep: why, and a test that proves that reason. */
export interface Skip {
  readonly sentence: string
  readonly reason: string
  readonly because: () => void | Promise<void>
}

export interface Suite<H> {
  readonly name: string
  readonly create: Create<H>
  readonly skip?: readonly Skip[]
  readonly terms?: Partial<Terms>
}

/** A case whose body gets a fresh adapter, which is disposed of whatever happens. */
export function promise<H extends { dispose(): Promise<void> }>(
  sentence: string,
  body: (handle: H, terms: Terms) => Promise<void>,
  options: CreateOptions = {},
): Case<H> {
  return {
    sentence,
    run: async (create, terms = usual) => {
      const handle = await create(options)
      try {
        await body(handle, terms)
      } finally {
        await handle.dispose()
      }
    },
  }
}

/** A restart of the adapter; an adapter that has none names the case as a skip. */
export async function restarted<P>(handle: Opened<P>): Promise<P> {
  if (!handle.reopen) throw new Error('This adapter gives no reopen(): name the sentence as a skip, with its reason.')
  return handle.reopen()
}

/** The second party of a race: another instance where the adapter can have one. */
export async function rival<P>(handle: Opened<P>): Promise<P> {
  return handle.another ? handle.another() : handle.port
}
