// A process of its own: prints {"url", "token"} and answers until it is killed.
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { parseStrict } from '@rapport/events'
import { IsIn, IsOptional, IsString, IsUUID, Length, validateSync } from 'class-validator'
import type { FastifyInstance } from 'fastify'
import { jwtVerify, SignJWT } from 'jose'

const [issuer, audience, alg, typ] = ['urn:bench', 'bench', 'HS256', 'at+jwt']
const key = randomBytes(32)
const token = await new SignJWT({ tenant: 'acme', role: 'pm' })
  .setProtectedHeader({ alg, typ })
  .setIssuer(issuer)
  .setAudience(audience)
  .setSubject('bench')
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(key)

class Contact {}
for (const [field, ...rules] of [
  ['engagement', IsUUID()],
  ['channel', IsIn(['phone', 'email', 'portal', 'letter', 'chat'])],
  ['direction', IsIn(['inbound', 'outbound'])],
  ['summary', IsString(), Length(1, 20_000)],
  ['participants', IsOptional()],
] as const)
  for (const rule of rules) rule(Contact.prototype, field)

class Echo {
  log(body: object): object {
    const contact = Object.assign(new Contact(), body)
    const faults = validateSync(contact, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true })
    if (faults.length > 0) throw new Error('invalid')
    return contact
  }
}
Body()(Echo.prototype, 'log', 0)
HttpCode(201)(Echo.prototype, 'log', Object.getOwnPropertyDescriptor(Echo.prototype, 'log')!)
Post('api/communication/interactions')(Echo.prototype, 'log', Object.getOwnPropertyDescriptor(Echo.prototype, 'log')!)
Controller()(Echo)
class App {}
Module({ controllers: [Echo] })(App)

const adapter = new FastifyAdapter({ logger: false })
const fastify = adapter.getInstance() as unknown as FastifyInstance
fastify.removeAllContentTypeParsers()
fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_, body, done) => {
  try {
    done(null, parseStrict(body))
  } catch (error) {
    done(error as Error)
  }
})
fastify.addHook('onRequest', async (request) => {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  await jwtVerify(bearer, key, { algorithms: [alg], issuer, audience, typ, requiredClaims: ['exp', 'iat', 'sub'] })
})
const app = await NestFactory.create(App, adapter, { logger: false, bodyParser: false })
await app.listen(0, '127.0.0.1')
process.once('SIGTERM', () => process.exit())
process.stdout.write(`${JSON.stringify({ url: await app.getUrl(), token })}\n`)
