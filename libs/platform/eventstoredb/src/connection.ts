import { setImmediate as turn } from 'node:timers/promises'
import { EventStoreDBClient } from '@eventstore/db-client'
import grpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { Unavailable } from '@rapport/events'
import { askUnpacked } from './unpacked.ts'

export type BatchCall = ReturnType<StreamsClient['batchAppend']>

/**
 * Of the client this adapter takes what it does well: addresses, discovery, TLS, credentials, keep-alive, a new channel after an error,
 * and the service's descriptors. Its own calls it does not use: `appendToStream` ends the process by an uncaught error when its connection
 * breaks under load or when another client of the process is closed, and reads parse JSON, so that the stored text is lost. These two members are
 * `protected` there; the version is pinned.
 */
interface Calls {
  GRPCStreamCreator<T>(kind: typeof StreamsClient, name: string, create: (stub: StreamsClient) => T): () => Promise<T>
  callArguments(
    base: { readonly requiresLeader: boolean },
    call: { readonly deadline: number },
  ): Parameters<StreamsClient['batchAppend']>
}

/** Nothing more is at hand: whoever reads waits for the server now. */
export const DRAINED = 'drained'

/** The calls of the Streams service, on one client. */
export class Connection {
  readonly #client: EventStoreDBClient
  #stub: StreamsClient | undefined
  #closed = false

  constructor(url: string) {
    this.#client = EventStoreDBClient.connectionString(url)
  }

  check(): void {
    if (this.#closed) throw new Unavailable('The store is closed.')
  }

  /** A call that carries appends one after another, for as long as it lasts. */
  batchAppend(): Promise<BatchCall> {
    return this.#call('batchAppend', (stub, args) => stub.batchAppend(...args))
  }

  /**
   * The answers to a read in order, and {@link DRAINED} whenever the next one has to be waited for: none is at hand, nor came while the reader
   * waited for `meanwhile`. The call is cancelled when the loop ends or the signal aborts, which ends it without an error.
   */
  async *read(
    request: ReadReq,
    signal?: AbortSignal,
    meanwhile?: () => Promise<unknown>,
  ): AsyncGenerator<ReadResp | typeof DRAINED, void, undefined> {
    const call = await this.#call('read', (stub, args) => stub.read(request, ...args))
    let failed: unknown
    let over = false
    let news = false
    let wake = (): void => {}
    const end = (error?: unknown): void => {
      failed ??= error
      over = true
      wake()
    }
    call.on('error', end)
    call.on('end', () => end())
    // The end shows itself as readable, too: with nothing to read, and only then is it given.
    call.on('readable', () => {
      news = true
      wake()
    })
    const stop = (): void => {
      end()
      call.cancel()
    }
    signal?.addEventListener('abort', stop)
    try {
      if (signal?.aborted) return
      for (;;) {
        const answer = call.read() as ReadResp | null
        if (signal?.aborted) return
        if (answer !== null) yield answer
        else if (over) break
        else if (news) news = false
        else {
          // What has arrived already is handed over within the turn; only then is it true that one must wait.
          await turn()
          await meanwhile?.()
          if (news || over) continue
          yield DRAINED
          if (!news && !over) await new Promise<void>((resolve) => (wake = resolve))
        }
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      call.cancel()
    }
    if (failed !== undefined) throw failed
  }

  async #call<T>(name: string, create: (stub: StreamsClient, args: Parameters<StreamsClient['batchAppend']>) => T) {
    this.check()
    const calls = this.#client as unknown as Calls
    const args = calls.callArguments({ requiresLeader: true }, { deadline: Infinity })
    return calls.GRPCStreamCreator(grpc.StreamsClient, name, (stub) => {
      this.#stub = stub
      askUnpacked(stub.getChannel())
      return create(stub, args)
    })()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#client.dispose()
    this.#stub?.close()
  }
}
