/** Every error that leaves the core has a stable `code`; docs/reference/errors.md lists them all. */
export class RapportError extends Error {
  readonly code: string
  readonly detail: Readonly<Record<string, unknown>>
  constructor(code: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = new.target.name
    this.code = code
    this.detail = detail
  }
}

/** A decision refused a command: nothing was recorded. `code` is of the decision's own list or of {@link platformCodes}. */
export class Refusal extends RapportError {}

/** The stream's head is not where `append` expected it; nothing was stored. `actual` is the head that stands. */
export class Conflict extends RapportError {
  readonly actual: number | 'none'
  constructor(stream: string, actual: number | 'none') {
    super('conflict', `The stream ${stream} stands at ${actual}.`, { stream, actual })
    this.actual = actual
  }
}

/** The batch could never be stored (empty, the same id twice, malformed name, type or id, over a limit); nothing was sent. */
export class InvalidAppend extends RapportError {
  constructor(reason: string, detail: Readonly<Record<string, unknown>> = {}) {
    super('invalid-append', reason, { reason, ...detail })
  }
}

/** A query that `find` does not promise: an undeclared field, a null, a value of another type, no tenant. */
export class InvalidQuery extends RapportError {
  constructor(reason: string, detail: Readonly<Record<string, unknown>> = {}) {
    super('invalid-query', reason, detail)
  }
}

/** The port cannot answer now; the same call may be repeated. */
export class Unavailable extends RapportError {
  constructor(reason: string, detail: Readonly<Record<string, unknown>> = {}) {
    super('unavailable', reason, detail)
  }
}

/** Nobody can say whether the append was stored: repeat it with the same ids and the same expectation. */
export class OutcomeUnknown extends RapportError {
  constructor(reason: string) {
    super('outcome-unknown', reason)
  }
}

/** There is no room left: definitely not stored. */
export class StorageFull extends RapportError {
  constructor() {
    super('storage-full', 'The storage is full; nothing was stored.')
  }
}

/** What is stored contradicts what was promised about it (a broken envelope, an unknown type, a checkpoint of another store). */
export class Corrupt extends RapportError {
  constructor(reason: string, detail: Readonly<Record<string, unknown>> = {}) {
    super('corrupt', reason, detail)
  }
}
