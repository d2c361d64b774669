/** A provider as a plugin process. */
import grpc from "@grpc/grpc-js";
import providergrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { createRequire } from "node:module";
import { engineLog, type EngineLog } from "./engine-log.ts";
import type { Provider } from "./protocol.ts";
import { serviceOf } from "./service.ts";

/** The engine's own limit for one message (a state with large objects passes gRPC's default of 4 MiB). */
const maxMessageBytes = 400 * 1024 * 1024;

/** How often the plugin looks whether its engine is still there, in milliseconds. */
const lookEveryMs = 1000;

/** The version of an installed npm package, which is also the version of the plugin that belongs to it. */
export function packageVersion(name: string): string {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
  return version;
}

/**
 * Serves a provider until the engine ends the process: listens on a free loopback port and prints its number on
 * stdout, which is how the engine finds it.
 *
 * @param make gets the way to the engine's log; the engine's address is the first argument of the process.
 */
export async function serve(make: (log: EngineLog) => Provider): Promise<void> {
  const address = process.argv[2];
  let connection = address === undefined ? silent : engineLog(address);
  const log: EngineLog = {
    log: (severity, message, urn) => {
      connection.log(severity, message, urn);
    },
    status: (severity, message, urn) => {
      connection.status(severity, message, urn);
    },
  };
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  const service = serviceOf(make(log), (engine) => {
    connection = engineLog(engine);
  });
  server.addService(providergrpc.ResourceProviderService, service);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  process.stdout.write(`${port}\n`);
  endWithParent();
}

/** An engine that is killed cannot end its plugins: a process that lost its parent ends itself. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, lookEveryMs).unref();
}

/** Before the engine attaches there is nobody to tell. */
const silent: EngineLog = { log: () => undefined, status: () => undefined };
