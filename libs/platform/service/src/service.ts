import 'reflect-metadata'
import { Controller, Get, Module, Res, type INestApplication, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Handle, KeyRing, Registry } from '@rapport/events'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { problemFilter } from './answers.ts'
import { commandControllers } from './command-controller.ts'
import type { EdgeConfig } from './config.ts'
import { serveDocs } from './docs.ts'
import { createEdge } from './edge.ts'
import { Health, healthController, type Check } from './health.ts'
import { createLogger, nestLogger } from './log.ts'
import { createMetrics, type Lag, type Metrics } from './metrics.ts'
import { openApi } from './openapi.ts'
import { operationController, type Operation } from './operations.ts'
import type { Verify } from './tokens.ts'
import { viewController } from './view-controller.ts'
import type { View } from './views.ts'

export interface ServiceOptions {
  readonly config: EdgeConfig
  /** Shown in the OpenAPI document. */
  readonly version: string
  /** The streams whose decisions are served. */
  readonly registry: Pick<Registry, 'streams'>
  readonly handle: Pick<Handle, 'handle'>
  readonly keys: Pick<KeyRing, 'secrets'>
  readonly verify: Verify
  readonly views?: readonly View[]
  /** Views that another process serves: Location names them all the same. */
  readonly viewsElsewhere?: readonly View[]
  readonly operations?: readonly Operation[]
  /** Beside "not shutting down": what must hold before requests are sent here. */
  readonly ready?: () => Promise<readonly Check[]>
  readonly lag?: Lag
  /** Default: JSON lines on standard output. */
  readonly log?: Logger
  /** Runs when the last request has been answered. */
  readonly onClosed?: () => Promise<void>
}

/** The HTTP edge of a service, made but not yet listening. */
export interface Service {
  readonly app: INestApplication
  /** For `inject` in specs. */
  readonly fastify: FastifyInstance
  /** Listens, and answers the address. Rejects with the system's code (EADDRINUSE) where it cannot. */
  listen(): Promise<{ readonly url: string; readonly port: number }>
  /** Readiness turns 503, what is under way finishes, then the server ends. The same promise however often. */
  close(): Promise<void>
}

export async function createService(options: ServiceOptions): Promise<Service> {
  const { config, registry, handle, views = [], operations = [] } = options
  const log = options.log ?? createLogger(config.LOG_LEVEL)
  const metrics = createMetrics(options.lag)
  const health = new Health(options.ready ?? (async () => []))
  const { adapter, allowed, connections } = createEdge({
    config,
    log,
    metrics,
    health,
    verify: options.verify,
    keys: options.keys,
  })
  const documents = new Map(
    [...views, ...(options.viewsElsewhere ?? [])].flatMap((view) =>
      view.stream === undefined ? [] : [[view.stream, `/api/views/${view.name}`] as const],
    ),
  )
  const controllers = [
    ...commandControllers({ registry, handle, metrics, documentsOf: (stream) => documents.get(stream) }),
    viewController(views),
    operationController(operations),
    healthController(health),
    metricsController(metrics),
  ]
  class Edge {}
  Module({ controllers })(Edge)
  const app = await NestFactory.create(Edge, adapter, {
    logger: nestLogger(log),
    bodyParser: false,
    abortOnError: false,
  })
  app.useGlobalFilters(problemFilter({ log, metrics, allowed }))
  serveDocs(app, openApi({ registry, views, operations, version: options.version }))
  await app.init()
  const fastify = adapter.getInstance() as unknown as FastifyInstance
  await fastify.ready()
  const server = app.getHttpServer() as Server

  let closed: Promise<void> | undefined
  const close = async () => {
    health.stop()
    if (server.listening) await sleep(config.SHUTDOWN_DELAY * 1000)
    await connections.drain(config.SHUTDOWN_TIMEOUT * 1000)
    await app.close()
    await options.onClosed?.()
  }
  return {
    app,
    fastify,
    async listen() {
      await fastify.listen({ host: config.HOST, port: config.PORT })
      const { port } = server.address() as AddressInfo
      const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST
      return { url: `http://${host}:${port}`, port }
    },
    close: () => (closed ??= close()),
  }
}

function metricsController(metrics: Metrics): Type {
  class MetricsController {
    async text(reply: FastifyReply) {
      reply.type(metrics.contentType)
      return metrics.text()
    }
  }
  const target = MetricsController.prototype
  Res({ passthrough: true })(target, 'text', 0)
  Get('metrics')(target, 'text', Object.getOwnPropertyDescriptor(target, 'text')!)
  Controller()(MetricsController)
  return MetricsController
}
