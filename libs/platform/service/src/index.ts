export { requesterOf, type Requester } from './caller.ts'
export { commandDto, occurredAt, type CommandDto, type CommandInput } from './command-body.ts'
export type { CommandAnswer } from './command-controller.ts'
export {
  ConfigError,
  edgeVariables,
  readConfig,
  wholeText,
  type Config,
  type EdgeConfig,
  type Variable,
  type Variables,
} from './config.ts'
export { commandCodes, platformErrors, viewCodes, type PlatformCode } from './error-list.ts'
export { clockCheck, type Check } from './health.ts'
export { createLogger } from './log.ts'
export type { Lag } from './metrics.ts'
export { MessagesTransport, type TransportOptions } from './messages-transport.ts'
export { openApi, type OpenApi } from './openapi.ts'
export { operationController, type Operation } from './operations.ts'
export { answerTo, EdgeRefusal, statusOf, type Answer, type Fault, type Problem } from './problems.ts'
export { createReactionService, type ReactionService, type ReactionServiceOptions } from './reaction-service.ts'
export { collectionPath, commandRoutes, type CommandRoute } from './routes.ts'
export { createService, type Service, type ServiceOptions } from './service.ts'
export { localTokens, tokenKey, tokenRoles, type Caller, type Mint, type TokenRole, type Verify } from './tokens.ts'
export type { View, ViewAnswer, ViewRequest } from './views.ts'
