import { uuidv8, type Doc } from '@rapport/events'
import type { Sent } from './http.ts'

export const TENANT = 'main'
/** Who asks: two admins, because nobody erases what he himself requested. */
export type By = 'pm' | 'alice' | 'bob'

/** A command as a client sends it, and the events that it records: all or none. */
export interface Command {
  readonly by: By
  readonly stream: string
  readonly decision: string
  readonly path: string
  /** The stream that it acts on; none creates one. */
  readonly id?: string
  readonly body: Doc
  readonly types: readonly string[]
}

export interface Answer {
  readonly id: string
  readonly revision: string
  readonly position: string
  readonly events: number
}

/** `unsent`: nobody listened; `in-doubt`: sent, and no answer came. */
export type Standing = 'unsent' | 'refused' | 'in-doubt' | 'acknowledged'

export interface Asked {
  readonly key: string
  readonly commandId: string
  readonly command: Command
  readonly text: string
  standing: Standing
  answer?: Answer
  /** The kill before which it was sent last. */
  round: number
}

const rank: Readonly<Record<Standing, number>> = { unsent: 0, refused: 1, 'in-doubt': 2, acknowledged: 3 }
/** Refusals that the load may meet: too many others wrote the same stream; the disk is full. Nothing is stored then. */
const expected = ['conflict', 'storage-full']

/** All that was asked for, and what is known of it from outside. */
export class Book {
  readonly asked = new Map<string, Asked>()
  readonly problems: string[] = []
  replayed = 0
  repeated = 0
  readonly #actors: Readonly<Record<By, string>>

  constructor(actors: Readonly<Record<By, string>>) {
    this.#actors = actors
  }

  ask(command: Command, key: string): Asked {
    const { by, stream, decision, id = '', body } = command
    const commandId = uuidv8('command', TENANT, this.#actors[by], stream, id, decision, key)
    const asked: Asked = { key, commandId, command, text: JSON.stringify(body), standing: 'unsent', round: 0 }
    this.asked.set(commandId, asked)
    return asked
  }

  /** Takes down what an attempt came to; an answer that contradicts an earlier one is a problem. */
  note(asked: Asked, sent: Sent): void {
    if (sent.status === 'unsent' || sent.status === 'lost')
      return raise(asked, sent.status === 'lost' ? 'in-doubt' : 'unsent')
    const { status, body } = sent
    if (status === 200 || status === 201) {
      const { id, revision, position, events } = body as unknown as Answer
      if (body['replayed'] === true) this.replayed++
      const answer = { id, revision, position, events }
      if (asked.answer !== undefined && JSON.stringify(asked.answer) !== JSON.stringify(answer))
        this.problems.push(`${asked.commandId} was answered ${JSON.stringify([asked.answer, answer])}`)
      asked.answer ??= answer
      raise(asked, 'acknowledged')
    } else if (status === 503) raise(asked, 'in-doubt')
    else if (expected.includes(String(body['code']))) raise(asked, 'refused')
    else {
      const { path } = asked.command
      this.problems.push(`POST ${path} was answered ${status} ${JSON.stringify(body)}`)
      raise(asked, 'in-doubt')
    }
  }

  of(standing: Standing): readonly Asked[] {
    return [...this.asked.values()].filter((each) => each.standing === standing)
  }
}

function raise(asked: Asked, standing: Standing): void {
  if (rank[standing] > rank[asked.standing]) asked.standing = standing
}
