import { Controller, Get, Res, type Type } from '@nestjs/common'
import type { FastifyReply } from 'fastify'

/** One thing that must hold before requests are sent here. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  /** What is missing, for the person who looks; no personal data. */
  readonly words?: string
}

const PATIENCE = 2_000
const CLOCK_SLACK = Temporal.Duration.from({ minutes: 1 })

/** The clock may not stand more than a minute before the last event: what happens now would be recorded as then. */
export function clockCheck(now: Temporal.Instant, lastRecordedAt: string | undefined): Check {
  const ok =
    lastRecordedAt === undefined ||
    Temporal.Instant.compare(now.add(CLOCK_SLACK), Temporal.Instant.from(lastRecordedAt)) >= 0
  return { name: 'clock', ok, ...(!ok && { words: 'The clock is more than a minute behind the last event.' }) }
}

/** Where a service stands in its life: `started` turns true when it is ready for the first time. */
export class Health {
  readonly #checks: () => Promise<readonly Check[]>
  #started = false
  #stopping = false

  constructor(checks: () => Promise<readonly Check[]>) {
    this.#checks = checks
  }

  stop(): void {
    this.#stopping = true
  }
  get stopping(): boolean {
    return this.#stopping
  }

  /** Every check with its answer; one that fails or takes longer than two seconds does not hold. */
  async ready(): Promise<readonly Check[]> {
    const checks = [
      { name: 'running', ok: !this.#stopping, ...(this.#stopping && { words: 'It is shutting down.' }) },
      ...(await this.#asked()),
    ]
    this.#started ||= checks.every(({ ok }) => ok)
    return checks
  }
  async started(): Promise<boolean> {
    if (!this.#started) await this.ready()
    return this.#started
  }

  async #asked(): Promise<readonly Check[]> {
    const late = Promise.withResolvers<readonly Check[]>()
    const timer = setTimeout(
      () => late.resolve([{ name: 'checks', ok: false, words: 'They do not answer in time.' }]),
      PATIENCE,
    )
    try {
      return await Promise.race([this.#checks(), late.promise])
    } catch {
      return [{ name: 'checks', ok: false, words: 'They failed.' }]
    } finally {
      clearTimeout(timer)
    }
  }
}

/** `/health/live`, `/health/ready`, `/health/startup`; none needs a token. */
export function healthController(health: Health): Type {
  class HealthController {
    live() {
      return { status: 'live' }
    }
    async ready(reply: FastifyReply) {
      const checks = await health.ready()
      const ok = checks.every((check) => check.ok)
      if (!ok) reply.code(503).header('retry-after', '1')
      return { status: ok ? 'ready' : 'not ready', checks }
    }
    async startup(reply: FastifyReply) {
      const started = await health.started()
      if (!started) reply.code(503).header('retry-after', '1')
      return { status: started ? 'started' : 'starting' }
    }
  }
  const proto = HealthController.prototype
  for (const name of ['live', 'ready', 'startup'] as const) {
    Get(name)(proto, name, Object.getOwnPropertyDescriptor(proto, name)!)
    if (name !== 'live') Res({ passthrough: true })(proto, name, 0)
  }
  Controller('health')(HealthController)
  return HealthController
}
