/** Events of a stream before its caller begins another. */
const LENGTH = 100

/** Where a caller appends next: a stream, and the revision it stands at; -1 where it has nothing yet. */
export interface Place {
  readonly stream: string
  revision: number
}

/** A place for each caller; a new stream every hundred events. */
export function places(callers: number, name: () => string): (caller: number) => Place {
  const list = Array.from({ length: callers }, (): Place => ({ stream: name(), revision: -1 }))
  return (caller) => {
    if (list[caller]!.revision >= LENGTH - 1) list[caller] = { stream: name(), revision: -1 }
    return list[caller]!
  }
}
