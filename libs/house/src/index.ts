export { createHouse, foldings, houseRoles, registry } from './house.ts'
export type { House, HouseOptions, HouseRole, Ports, StoreIdentity } from './house.ts'
export { dlqOperations } from './dlq-operations.ts'
export type { Listed, RetriedKey } from './dlq-operations.ts'
export type { TakenRow } from './import-operations.ts'
export { exportStore, restoreExport } from './move/index.ts'
export type { ExportOptions, Moved, MoveTarget, RestoreOptions } from './move/index.ts'
export { serveOnServers } from './on-servers.ts'
export type { OnServers } from './on-servers.ts'
export { operations } from './operations.ts'
export type { RelayPlace } from './relay-operations.ts'
export { serveHouse } from './serve.ts'
export type { ServeOptions, Serving } from './serve.ts'
export { openService, runService } from './run-service.ts'
export type { Deployable } from './run-service.ts'
export { kafkaAccess } from './kafka-access.ts'
export { misconfigured, namesServers, openMoveTarget, openServers, sharedTokenKey } from './servers.ts'
export type { Servers, ServersConfig } from './servers.ts'
export {
  addressVariables,
  contextRoles,
  kafkaVariables,
  projectionRoles,
  rolesVariable,
  serversVariables,
} from './variables.ts'
