/**
 * Kubeconfigs, as far as a cluster on this machine needs them: certificates, tokens, passwords.
 *
 * The field's library reads them as well, but takes 0.4 s to load, in each of the two processes of every preview and
 * update.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { isMap, type Tree, type TreeMap } from "../plugin/values.ts";
import { list, text, at } from "./object.ts";

/** What it takes to talk to one API server. */
export interface ClusterAccess {
  readonly server: URL;
  /** The context's namespace; `default` where it has none. */
  readonly namespace: string;
  readonly tls: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** The `Authorization` header, if the user has a token or a password. */
  readonly authorization: string | undefined;
}

/** A parsed file, and the folder that relative paths in it start from. */
export interface Kubeconfig {
  readonly content: TreeMap;
  readonly folder: string;
}

/** Which entries to take, from the provider's settings `context` and `cluster`. */
export interface Overrides {
  readonly context?: string;
  readonly cluster?: string;
}

/**
 * Reads a kubeconfig, given as a path or as the file's content (YAML or JSON). Throws where it is neither.
 */
export function readKubeconfig(pathOrContents: string): Kubeconfig {
  const path = pathOrContents.replace(/^~(?=$|\/)/, homedir());
  const isFile = !pathOrContents.includes("\n") && existsSync(path);
  const content = parse(isFile ? readFileSync(path, "utf8") : pathOrContents) as Tree;
  if (!isMap(content) || !Array.isArray(content.clusters ?? [])) {
    throw new Error("the kubeconfig is neither the path of a file nor the content of one");
  }
  return { content, folder: isFile ? dirname(path) : process.cwd() };
}

/** The kubeconfig that `kubectl` would use: the first file of `KUBECONFIG`, else the one in the home directory. */
export function ambientKubeconfig(environment: NodeJS.ProcessEnv): Kubeconfig {
  const [first] = (environment.KUBECONFIG ?? "").split(":").filter((path) => path !== "");
  return readKubeconfig(first ?? "~/.kube/config");
}

/** The entry of the active cluster; undefined where the kubeconfig has none. */
export function activeCluster({ content }: Kubeconfig, overrides: Overrides): TreeMap | undefined {
  const context = entry(
    content,
    "contexts",
    "context",
    overrides.context ?? text(content, "current-context"),
  );
  if (context === undefined) return undefined;
  return entry(content, "clusters", "cluster", overrides.cluster ?? text(context, "cluster"));
}

/** The way to the active cluster. Throws, naming what is missing. */
export function clusterAccess(kubeconfig: Kubeconfig, overrides: Overrides): ClusterAccess {
  const { content, folder } = kubeconfig;
  const contextName = overrides.context ?? text(content, "current-context");
  const context = entry(content, "contexts", "context", contextName);
  if (context === undefined) throw new Error(`the kubeconfig has no context "${contextName}"`);
  const cluster = activeCluster(kubeconfig, overrides);
  if (cluster === undefined) {
    throw new Error(`the kubeconfig has no cluster "${overrides.cluster ?? text(context, "cluster")}"`);
  }
  const user = entry(content, "users", "user", text(context, "user")) ?? {};
  for (const method of ["exec", "auth-provider"]) {
    if (user[method] !== undefined) {
      throw new Error(
        `the kubeconfig's user logs in by "${method}", which the stand-in for the kubernetes provider does not do: ` +
          "give it a certificate or a token, or install the official plugin",
      );
    }
  }
  if (text(cluster, "proxy-url") !== "") {
    throw new Error("the kubeconfig's cluster has a proxy-url: behind a proxy, loopback is another machine");
  }
  const ca = material(cluster, "certificate-authority", folder);
  const cert = material(user, "client-certificate", folder);
  const key = material(user, "client-key", folder);
  const servername = text(cluster, "tls-server-name");
  return {
    server: new URL(text(cluster, "server")),
    namespace: text(context, "namespace") || "default",
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(servername === "" ? {} : { servername }),
      ...(at(cluster, "insecure-skip-tls-verify") === true ? { rejectUnauthorized: false } : {}),
    },
    authorization: authorization(user, folder),
  };
}

function entry(content: TreeMap, section: string, key: string, name: string): TreeMap | undefined {
  const value = list(content, section).find((candidate) => text(candidate, "name") === name);
  const inner = at(value, key);
  return isMap(inner) ? inner : undefined;
}

/** `<key>-data` (base64) or the file that `<key>` names. */
function material(owner: TreeMap, key: string, folder: string): Buffer | undefined {
  const data = text(owner, `${key}-data`);
  if (data !== "") return Buffer.from(data, "base64");
  const path = text(owner, key);
  return path === "" ? undefined : readFileSync(isAbsolute(path) ? path : join(folder, path));
}

function authorization(user: TreeMap, folder: string): string | undefined {
  const file = text(user, "tokenFile");
  const token =
    file === ""
      ? text(user, "token")
      : readFileSync(isAbsolute(file) ? file : join(folder, file), "utf8").trim();
  if (token !== "") return `Bearer ${token}`;
  const name = text(user, "username");
  if (name === "") return undefined;
  return `Basic ${Buffer.from(`${name}:${text(user, "password")}`).toString("base64")}`;
}
