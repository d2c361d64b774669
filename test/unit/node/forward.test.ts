/** Connections that are handed on: what a client sees of the far side's end, failure and absence. */
import assert from "node:assert/strict";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { forward, type Forwarding } from "../../../simulation/node/forward.ts";

const host = "127.0.0.1";

async function listen(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe("a forwarded connection", () => {
  let forwarding: Forwarding | undefined;
  let far: Server;
  afterEach(() => {
    forwarding?.close();
    far.close();
  });

  /** A client of the forwarder in front of a server, or of nothing at all. */
  async function clientOf(serve?: (socket: Socket) => void): Promise<Socket> {
    far = await listen(serve ?? (() => undefined));
    const port = portOf(far);
    if (serve === undefined) far.close();
    // The same port of another loopback address is free.
    forwarding = await forward({ host: "127.0.0.2", port }, () => ({ host, port }));
    return connect({ host: "127.0.0.2", port, allowHalfOpen: true });
  }

  it("answers a client that has said all it has to say", async () => {
    const client = await clientOf((socket) => void text(socket).then((asked) => socket.end(`${asked}!`)));
    client.end("asked");
    assert.equal(await text(client), "asked!");
  });

  it("is reset, not ended, when nobody answers behind it", async () => {
    const client = await clientOf();
    client.write("asked");
    await assert.rejects(text(client), { code: "ECONNRESET" });
  });

  it("is reset, not ended, when the far side breaks off in the middle", async () => {
    const client = await clientOf((socket) => {
      socket.write("half an ans", () => socket.resetAndDestroy());
    });
    client.write("asked");
    await assert.rejects(text(client), { code: "ECONNRESET" });
  });

  it("is reset for the far side when the client breaks off", async () => {
    const broken = new Promise<unknown>((resolve) => {
      void clientOf((socket) => {
        socket.on("error", resolve).on("end", () => {
          resolve("an end");
        });
        socket.resume();
      }).then((client) => client.write("asked", () => client.resetAndDestroy()));
    });
    assert.equal(((await broken) as { code?: string }).code, "ECONNRESET");
  });
});
