import { setTimeout as sleep } from 'node:timers/promises'
import { Account } from './account.ts'
import type { Processes } from './processes.ts'
import type { Settled } from './settle.ts'
import { digestOf, documentsOf, eventsOf } from './stored.ts'

/** Milliseconds in which reactions and read models must have done what is left to do. */
const PATIENCE = 60_000

/** Looks at everything while nothing moves: the account anew from the first event, read models against a rebuild, the doctor. */
export class Examination {
  readonly problems: string[] = []
  times = 0
  documents = 0
  readonly #processes: Processes
  readonly #data: string
  readonly #settled: Settled
  readonly #audit: () => Promise<void>
  #server: ReturnType<Processes['start']> | undefined
  #url = ''
  #before: { readonly events: number; readonly digest: string } | undefined

  constructor(processes: Processes, data: string, settled: Settled, audit: () => Promise<void>) {
    this.#processes = processes
    this.#data = data
    this.#settled = settled
    this.#audit = audit
  }

  /** Starts a process that nothing kills; answers its address. */
  async begin(): Promise<string> {
    this.#server = this.#processes.start(this.#data)
    const url = await this.#server.ready
    if (url === undefined) throw new Error(`rapport start ended: ${(await this.#server.ended).stderr}`)
    await this.#audit()
    return (this.#url = url)
  }

  /** Once all that was in doubt was sent again. */
  async end(account: Account): Promise<void> {
    this.times++
    const end = performance.now() + PATIENCE
    do await this.#audit()
    while (account.outstanding > 0 && performance.now() < end && (await sleep(50, true)))
    const doubt = this.#settled.book.of('in-doubt').length
    if (doubt > 0) this.problems.push(`${doubt} commands stay in doubt although a process answers.`)
    await this.#reach(account.position, end)
    await this.#account()
    await this.#readModels()
    this.#server!.child.kill('SIGTERM')
    const { code, signal, stderr } = await this.#server!.ended
    if (code !== 0) this.problems.push(`rapport start, told to end, ended with ${code ?? signal}: ${stderr}`)
  }

  async #reach(position: string, end: number): Promise<void> {
    const headers = { authorization: `Bearer ${this.#settled.tokens.pm}`, 'wait-for': position }
    for (;;) {
      const { status } = await fetch(`${this.#url}/api/views/engagements`, { headers })
      if (status === 200) return
      if (performance.now() > end) return void this.problems.push(`The read models did not reach ${position}.`)
      await sleep(100)
    }
  }

  async #account(): Promise<void> {
    const events = await eventsOf(this.#data)
    const account = new Account(this.#settled.book.asked)
    account.take(events)
    this.problems.push(...account.judge(true).map(({ code, words }) => `${code}: ${words}`))
    const { events: count = 0, digest = digestOf([]) } = this.#before ?? {}
    if (digestOf(events.slice(0, count)) !== digest) this.problems.push('Events that stood before have changed.')
    this.#before = { events: events.length, digest: digestOf(events) }
  }

  async #readModels(): Promise<void> {
    const live = await documentsOf(this.#data)
    await this.#processes.ok(['rebuild', '--data', this.#data, '--json'])
    const rebuilt = await documentsOf(this.#data)
    for (const collection of [...live.left, ...rebuilt.left])
      this.problems.push(`${collection} is left of a rebuild that was cut.`)
    for (const model of new Set([...live.models.keys(), ...rebuilt.models.keys()]))
      if (live.models.get(model) !== rebuilt.models.get(model))
        this.problems.push(`The read model ${model} is not what a rebuild makes of it.`)
    this.documents = rebuilt.documents
    const { code, stdout } = await this.#processes.rapport(['doctor', '--data', this.#data, '--json']).ended
    if (code !== 0) this.problems.push(`rapport doctor ended with ${code}: ${stdout}`)
  }
}
