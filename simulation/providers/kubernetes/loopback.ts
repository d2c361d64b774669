/** The border of what the stand-in may touch. */

const ipv4 = /^127(?:\.\d{1,3}){3}$/;

/** Whether the URL's host is this machine itself, judged by its spelling: names are not looked up. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || ipv4.test(hostname);
}

/** Throws for an API server that is not on this machine. */
export function refuseRemote(server: URL): void {
  if (isLoopback(server)) return;
  throw new Error(
    `the stand-in for the kubernetes provider manages clusters on loopback (127.0.0.0/8, ::1, localhost), and ` +
      `${server.origin} is not one. Install the official plugin (\`pulumi plugin install resource kubernetes\`) ` +
      "where its download host can be reached",
  );
}
