import { HOUSE, START, type Ops, type Position } from './ports.ts'

/** Where Ops keeps up to which event a reaction had heard the store before it moved to a broker. */
export const heardName = (reaction: string): string => `heard/${reaction}`

/**
 * A store that moves to a broker is told there from its first event on, and what a reaction has heard before is no news: neither what a
 * decision refused then nor what happened before the reaction was deployed comes up again. Written before anything runs on the new
 * store, so it is asked for once.
 */
export class HeardBefore {
  readonly #ops: Ops
  readonly #reached = new Map<string, Position>()

  constructor(ops: Ops) {
    this.#ops = ops
  }

  async has(reaction: string, position: Position): Promise<boolean> {
    let reached = this.#reached.get(reaction)
    if (reached === undefined) {
      const found = await this.#ops.get(HOUSE, heardName(reaction))
      reached = (found?.value as { readonly position: Position } | undefined)?.position ?? START
      this.#reached.set(reaction, reached)
    }
    return position <= reached
  }
}
