/** The stand-in for the kubernetes provider. */
import { setMaxListeners } from "node:events";
import type { EngineLog } from "../plugin/engine-log.ts";
import type { Provider } from "../plugin/protocol.ts";
import { check } from "./check.ts";
import { connect } from "./cluster.ts";
import { diffConfig } from "./config-diff.ts";
import type { Context } from "./context.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { difference } from "./difference.ts";
import {
  checkRelease,
  createRelease,
  deleteRelease,
  diffRelease,
  isRelease,
  readRelease,
  updateRelease,
} from "./helm/release.ts";
import { read } from "./read.ts";
import { checkSettings, settingsFrom } from "./settings.ts";
import { update } from "./update.ts";

/** @param version of the npm package that the plugin stands in for. */
export function kubernetesProvider(
  version: string,
  environment: NodeJS.ProcessEnv,
  log: EngineLog,
): Provider {
  const cancelled = new AbortController();
  // Every operation that waits listens to it, and hundreds may wait at a time.
  setMaxListeners(0, cancelled.signal);
  let configured: Context | undefined;
  const context = (): Context => {
    if (configured === undefined) throw new Error("the provider is not configured yet");
    return configured;
  };
  return {
    version,
    checkConfig: ({ news }) => Promise.resolve({ inputs: news, failures: checkSettings(news) }),
    diffConfig: ({ olds, news }) => Promise.resolve(diffConfig(olds, news)),
    configure: async ({ variables }) => {
      const settings = settingsFrom(variables, environment);
      const cluster = await connect(settings, environment, cancelled.signal);
      configured = { settings, cluster, log, signal: cancelled.signal };
      const where = cluster.reachable ? cluster.client.server : "no reachable cluster";
      log.log("info", `kubernetes: a stand-in for the official provider plugin is in use (${where})`);
    },
    check: (request) => (isRelease(request.urn) ? checkRelease : check)(context(), request),
    diff: (request) =>
      isRelease(request.urn) ? Promise.resolve(diffRelease(request)) : difference(context(), request),
    create: (request) => (isRelease(request.urn) ? createRelease : create)(context(), request),
    read: (request) => (isRelease(request.urn) ? readRelease : read)(context(), request),
    update: (request) => (isRelease(request.urn) ? updateRelease : update)(context(), request),
    delete: (request) => (isRelease(request.urn) ? deleteRelease : remove)(context(), request),
    cancel: () => {
      cancelled.abort();
    },
  };
}
