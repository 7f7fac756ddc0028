import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Events that each read model has still to fold, by its name. */
export type Lag = () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>

/** Prometheus metrics of one app, in a registry of its own. */
export function createMetrics(lag?: Lag) {
  const registers = [new Registry()]
  collectDefaultMetrics({ register: registers[0]! })
  const requests = new Histogram({
    name: 'rapport_http_request_duration_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const commands = new Counter({
    name: 'rapport_commands_total',
    help: 'Commands by outcome: recorded, replayed, nothing, or the code of the refusal.',
    labelNames: ['stream', 'decision', 'outcome'] as const,
    registers,
  })
  if (lag !== undefined)
    new Gauge({
      name: 'rapport_projection_lag_events',
      help: 'Events that a read model has still to fold.',
      labelNames: ['model'] as const,
      registers,
      async collect() {
        this.reset()
        for (const [model, events] of Object.entries(await lag())) this.set({ model }, events)
      },
    })
  return {
    contentType: registers[0]!.contentType,
    text: () => registers[0]!.metrics(),
    request: (route: string, method: string, status: number, seconds: number) =>
      requests.observe({ route, method, status }, seconds),
    command: (stream: string, decision: string, outcome: string) => commands.inc({ stream, decision, outcome }),
  }
}
export type Metrics = ReturnType<typeof createMetrics>
