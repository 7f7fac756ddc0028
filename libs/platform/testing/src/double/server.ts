import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { ServerDuplexStream, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { batchAppend } from './append.ts'
import type { State } from './append.ts'
import { read } from './read.ts'
import type { ReadCall } from './read.ts'

/** A server takes no larger message. */
const MESSAGE = 16 * 1024 * 1024

/** Serves the calls that the adapter makes, and the one with which the client asks for them, on loopback; gives the port. */
export function serve(state: State, port: number): Promise<number> {
  const server = new Server({ 'grpc.max_receive_message_length': MESSAGE })
  server.addService(streamsGrpc.StreamsService, {
    read: (call: ReadCall) => void read(state, call),
    batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => batchAppend(state, call),
  })
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: (_: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<SupportedMethods>) =>
      done(null, supported()),
  })
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
}

function supported(): SupportedMethods {
  const methods = ['Read', 'BatchAppend'].map((name) =>
    new features.SupportedMethod().setServiceName('event_store.client.streams.Streams').setMethodName(name),
  )
  return new features.SupportedMethods().setEventStoreServerVersion('EventStoreDB double').setMethodsList(methods)
}
