import type { Conflict, InvalidAppend, OutcomeUnknown, StorageFull, Unavailable } from './errors.ts'

/** A place in the total order of a store: opaque, fixed width, comparable as a string. {@link START} is before all of them. */
export type Position = string
export const START: Position = ''

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type Doc = { readonly [name: string]: Json }

// ── EventStore ────────────────────────────────────────────────────────────────────────────────────────────────────

/** An event ready to be appended; `metadata` and `data` are canonical JSON texts that every adapter keeps byte for byte (no JSON, or a lone surrogate: {@link InvalidAppend}). */
export interface NewEvent {
  readonly id: string
  readonly type: string
  readonly metadata: string
  readonly data: string
  /**
   * Only for an event that another store has recorded before and that moves to this one: when that was, `YYYY-MM-DDTHH:mm:ss.sssZ`. It is
   * kept beside the metadata, which must be an object, and given back as the event's own `recordedAt`. Absent: the store's clock says it.
   */
  readonly recordedAt?: string
}

/** A stored event: what was appended, and where and when the store put it. */
export interface StoredEvent extends NewEvent {
  readonly stream: string
  /** A safe integer from 0, without gaps within the stream. */
  readonly revision: number
  readonly position: Position
  /** An instant, `YYYY-MM-DDTHH:mm:ss.sssZ`, never earlier than that of the event before it (on a server: the server's). Of an event that moved here: the first store's. */
  readonly recordedAt: string
}

/** `none`: the stream has no event yet; a number: the revision of its last event. */
export type Expected = 'none' | number

/** Revision and position of the last event of the batch. */
export interface Appended {
  readonly revision: number
  readonly position: Position
}

export interface Page {
  readonly events: readonly StoredEvent[]
  /** The position reached: it moves over ignored events too. */
  readonly position: Position
  /** Nothing more stood in the store when this page was read; may repeat. */
  readonly caughtUp: boolean
}

export interface Follow {
  /** Exclusive; {@link START} reads from the beginning. */
  readonly from: Position
  /** Each ends in '.'; an event is given when its stream's name begins with one of them. None: every event. */
  readonly prefixes: readonly string[]
  readonly signal: AbortSignal
}

export const limits = {
  /** Events in one append. */
  batch: 1000,
  /** Bytes of UTF-8 of one event's `data` plus `metadata`. */
  eventBytes: 512 * 1024,
  /** Characters of an event type. */
  type: 100,
  /** Bytes of an HTTP body. */
  bodyBytes: 1024 * 1024,
} as const

/** The names of streams: `<context>.<stream>-<tenant>~<uuid>`, built only by `streamName()`. */
export const streamPattern =
  /^[a-z][a-z-]*\.[a-z][a-z-]*-[a-z0-9]{3,32}~[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
/** A UUID in either case; nil and max are none. */
export const uuidLike = (text: string): boolean => uuidPattern.test(text.toLowerCase())
export const typePattern = /^[A-Z][A-Za-z0-9]{0,99}$/

export interface EventStore {
  /**
   * Stores the whole batch or nothing, and answers when it is durable.
   * (a) n ids equal to those standing at expected+1 … expected+n → the first result, also when the stream has moved on;
   * (b) anything else that does not meet the head → {@link Conflict}; (c) see {@link InvalidAppend}, before anything is sent.
   * Also {@link StorageFull} (definitely not stored), {@link OutcomeUnknown}, {@link Unavailable} (definitely not stored).
   */
  append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Appended>
  /** The events of a stream from revision `from` (default 0), at most `limit`, in order; none for a stream that does not exist. */
  read(stream: string, options?: { readonly from?: number; readonly limit?: number }): Promise<readonly StoredEvent[]>
  /** Every durable event after `from` in one total order without gaps, for ever, until the signal aborts (then it ends without an error). */
  follow(options: Follow): AsyncIterable<Page>
  /** The position of the last event under the prefixes (none given: of all), or {@link START}. */
  head(prefixes: readonly string[]): Promise<Position>
  close(): Promise<void>
}

// ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A top-level field of a document that can be filtered and sorted by. A value of another type (null too) is {@link InvalidQuery} at put; absent is allowed. */
export interface IndexField {
  readonly field: string
  readonly type: 'string' | 'number'
}
/** The tenant and the id are implied: every index starts with the tenant and ends with the id. */
export type Index = readonly IndexField[]
export interface Collection {
  readonly name: string
  readonly indexes: readonly Index[]
}

export interface Held {
  /** `deleted`: a tombstone, which lives as long as the collection. */
  readonly doc: Doc | 'deleted'
  /** Position of the last event folded into it. */
  readonly position: Position
}
export interface Found {
  readonly id: string
  readonly doc: Doc
  readonly position: Position
}
export interface Put {
  readonly tenant: string
  readonly collection: string
  readonly id: string
  readonly doc: Doc | 'deleted'
  readonly position: Position
  readonly expected: 'none' | Position
}
/** `lost`: the stored position was not the expected one; nothing of this item was written. */
export type PutOutcome = 'written' | 'lost'

export type Condition =
  | { readonly field: string; readonly eq: string | number }
  | { readonly field: string; readonly in: readonly (string | number)[] }
  | {
      readonly field: string
      readonly gt?: string | number
      readonly gte?: string | number
      readonly lt?: string | number
      readonly lte?: string | number
    }

export interface Query {
  readonly where?: readonly Condition[]
  /** Ties are broken by id, in the same direction; absent sorts first (ascending); strings by UTF-8 bytes. Default: by id. */
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' }
  /** Continue behind this entry of the same query. `key` is absent where the entry has no such field. */
  readonly after?: { readonly key?: string | number; readonly id: string }
  /** At most this many, 1 to 100,000. */
  readonly limit: number
}

/** What a runner keeps; written together with its documents. `version` is opaque and changes with every write. */
export interface Checkpoint {
  readonly value: Doc
  readonly version: string
}
export interface CheckpointWrite {
  readonly name: string
  readonly value: Doc
  readonly expected: 'none' | string
}

/** Holds only what a rebuild from the event store brings back. */
export interface Documents {
  /**
   * Makes the collection with its indexes, once; the same declaration again does nothing, another one is {@link InvalidQuery}. Where they
   * may come `later`, whoever fills the collection calls {@link index}: made at once of many documents they cost much less than one
   * document after the other. Until then `find` answers the same, only slower. An adapter may make them at once nevertheless.
   */
  declare(collection: Collection, indexes?: 'now' | 'later'): Promise<void>
  /** Makes what indexes of a collection are missing; does nothing where all are there. It can be asked again after any failure. */
  index(collection: string): Promise<void>
  get(tenant: string, collection: string, id: string): Promise<Held | undefined>
  /** In the order of `ids`, tombstones included; undefined where there is nothing. */
  getMany(tenant: string, collection: string, ids: readonly string[]): Promise<readonly (Held | undefined)[]>
  /** Writes if and only if the stored position equals `expected`; a tombstone counts as stored. */
  put(
    tenant: string,
    collection: string,
    id: string,
    doc: Doc | 'deleted',
    position: Position,
    expected: 'none' | Position,
  ): Promise<PutOutcome>
  /**
   * Each put as above, answered per item; a value that an index refuses fails the call before anything is written. With a checkpoint: where the adapter has transactions, all written puts and the checkpoint in one;
   * elsewhere the documents first, the checkpoint after. The checkpoint is written when its version is the expected one and no put lost: who lost a put has to
   * fold those events again. Otherwise it answers `checkpoint: 'lost'` (with a transaction nothing is written then).
   */
  write(
    puts: readonly Put[],
    checkpoint?: CheckpointWrite,
  ): Promise<{ readonly puts: readonly PutOutcome[]; readonly checkpoint?: { readonly version: string } | 'lost' }>
  /** Equality, in, range on declared fields, one sort, a limit; never a tombstone. {@link InvalidQuery} for anything else. */
  find(tenant: string, collection: string, query: Query): Promise<readonly Found[]>
  checkpoint(name: string): Promise<Checkpoint | undefined>
  /** Every entry of a collection with the text it is stored as, tombstones included (`text` undefined), in order of tenant and id. */
  scan(collection: string): AsyncIterable<{
    readonly tenant: string
    readonly id: string
    readonly position: Position
    readonly text: string | undefined
  }>
  collections(): Promise<readonly string[]>
  /** Removes the collection, its tombstones and the checkpoint of the same name. */
  drop(collection: string): Promise<void>
  close(): Promise<void>
}

// ── Ops ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What cannot be rebuilt: offsets, blocked keys, dead letters, clock progress, which version of a read model is live. */
export interface Ops {
  get(tenant: string, name: string): Promise<{ readonly value: Json; readonly version: string } | undefined>
  /** Compare-and-set, durable before it answers; `undefined` removes. Answers the new version, which never comes again for this name, or `lost`. */
  set(
    tenant: string,
    name: string,
    value: Json | undefined,
    expected: 'none' | string,
  ): Promise<{ readonly version: string } | 'lost'>
  /** In order of name, by UTF-8 bytes; the prefix is a text, never a pattern. */
  list(
    tenant: string,
    prefix: string,
  ): Promise<readonly { readonly name: string; readonly value: Json; readonly version: string }[]>
  close(): Promise<void>
}
/** The tenant under which a deployment keeps what belongs to none. */
export const HOUSE = '*'

// ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Made once a tenant and never changed; only their wrapping rotates. */
export interface TenantSecrets {
  readonly idKey: Uint8Array
  readonly saltKey: Uint8Array
}
/** The record that outlives a destroyed key. */
export interface Destruction {
  readonly kid: string
  /** SHA-256('kc' ‖ key), hex. */
  readonly commitment: string
  readonly destroyedAt: string
}
/** What another store knew of a tenant, to be taken over as it is. */
export interface Adopted {
  readonly secrets?: TenantSecrets
  readonly live: readonly { readonly kid: string; readonly key: Uint8Array }[]
  readonly destroyed: readonly Destruction[]
}
/** `absent` is not erased: the caller must treat it as unavailable. */
export type KeyState =
  | { readonly state: 'live'; readonly key: Uint8Array }
  | { readonly state: 'destroyed'; readonly destruction: Destruction }
  | { readonly state: 'absent' }

export interface Keys {
  /** The tenant's secrets; `make` creates them where there are none (compare-and-set: two processes get the same), otherwise undefined. */
  secrets(tenant: string, make: boolean): Promise<TenantSecrets | undefined>
  /** The subject's key, made durable before it answers where there was none; a destroyed one stays destroyed. */
  create(tenant: string, kid: string): Promise<Exclude<KeyState, { state: 'absent' }>>
  get(tenant: string, kid: string): Promise<KeyState>
  /** For ever: the key's bytes are overwritten in the store. Again: the first record. A kid never made gets a record all the same, of a key made and forgotten. */
  destroy(tenant: string, kid: string, at: string): Promise<Destruction>
  /**
   * Takes over secrets, keys and records of destruction as another store had them, durable when it answers; the same again changes nothing.
   * A record destroys the live key that it is of, and a key that is destroyed here stays so. Where another secret, key or record
   * stands: `keys-differ`; what stands is never changed, and what came before it in the list may have been taken.
   */
  adopt(tenant: string, adopted: Adopted): Promise<void>
  /** A new wrapping key for the tenant; every key is wrapped anew, none changes. */
  rotate(tenant: string): Promise<void>
  tenants(): Promise<readonly string[]>
  list(tenant: string): Promise<readonly { readonly kid: string; readonly state: 'live' | 'destroyed' }[]>
  close(): Promise<void>
}
/** `person/<uuid>` or `engagement/<uuid>`: in general `<kind>/<uuid>`. */
export const kidPattern = /^[a-z][a-z-]*\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

// ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A public event on its way to other contexts and to analysts. Headers are the CloudEvents attributes, value its JSON text. */
export interface Message {
  /** Stream type, `<context>.<stream>`; the cluster adapter makes the topic's name of it. */
  readonly stream: string
  /** The stream's UUID. */
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}
export interface Consume {
  readonly group: string
  readonly streams: readonly string[]
  /** Where a group that has no offset yet begins; `deployment`: at the end as its first `consume` finds it, which is kept even if nothing is handled. */
  readonly from: 'beginning' | 'deployment'
  readonly signal: AbortSignal
}
export interface Messages {
  /** Resolves when every message is durable, in order. */
  publish(messages: readonly Message[]): Promise<void>
  /** Calls `handle` one message at a time per key, in order; the offset moves after it resolved. At least once. Ends when the signal aborts; rejects with what `handle` rejected with. */
  consume(options: Consume, handle: (message: Message) => Promise<void>): Promise<void>
  close(): Promise<void>
}
export type PortError = Conflict | InvalidAppend | OutcomeUnknown | StorageFull | Unavailable
