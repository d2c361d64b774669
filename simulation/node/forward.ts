/**
 * Hands TCP connections on, from an address of this machine to another. An end is handed on as an end, each way by
 * itself; everything else (nobody answers behind it, either side breaks off) as a reset: a client would take an end
 * for a whole, empty answer.
 */
import { createServer, connect, type Server, type Socket } from "node:net";

/** Milliseconds of silence after which a far side is asked whether it is still there: a pod's network goes without an end. */
const askAfter = 10_000;

export interface Forwarding {
  readonly close: () => void;
}

/**
 * Listens and forwards every connection; resolves when it listens.
 * @throws the system's error when the address cannot be listened on, e.g. `EADDRINUSE`.
 */
export async function forward(
  from: { readonly host: string; readonly port: number },
  to: () => { readonly host: string; readonly port: number },
): Promise<Forwarding> {
  const open = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    open.add(socket);
    return socket.once("close", () => open.delete(socket));
  };
  const server: Server = createServer({ allowHalfOpen: true }, (incoming) => {
    track(incoming);
    const outgoing = track(
      connect({ ...to(), allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: askAfter }),
    );
    incoming.on("error", () => outgoing.resetAndDestroy());
    outgoing.on("error", () => incoming.resetAndDestroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...from, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", () => undefined);
  return {
    close: () => {
      server.close();
      for (const socket of open) socket.resetAndDestroy();
    },
  };
}
