/** What rolls pods when something that they read changes. */
import { createHash } from "node:crypto";
import type { ClaimSpec, ConfigSpec, JobSpec, SecretSpec } from "../../platforms/model/index.ts";

/** A Secret, as far as pods are concerned that read it. */
export type Rotated = Pick<SecretSpec, "rotation">;

/** What a container may read, by name. */
export interface Readable {
  readonly claims: ReadonlyMap<string, ClaimSpec>;
  /** A change of any of these rolls the pods that read it. */
  readonly configs: ReadonlyMap<string, ConfigSpec>;
  readonly secrets: ReadonlyMap<string, Rotated>;
}

type Reader = Pick<JobSpec, "name" | "container" | "before">;

/** @throws where a claim is mounted that nobody declares. */
export function refuseUnknownClaims(reader: Reader, { claims }: Readable): void {
  const { name } = reader;
  for (const mount of mountsOf(reader)) {
    if (mount.kind === "claim") known(claims, mount.claim, name, "claim");
  }
}

/** A changed config (by checksum) or a rotated secret (by rotation number) changes the template, which rolls the pods. */
export function rollAnnotations(of: Reader, from: Readable): Record<string, string> {
  const { name: reader, container, before = [] } = of;
  const mounts = mountsOf(of);
  const configs = new Set([
    ...mounts.flatMap((mount) => (mount.kind === "config" ? [mount.config] : [])),
    ...(container.envFromConfigs ?? []),
  ]);
  const secrets = new Set([
    ...mounts.flatMap((mount) => (mount.kind === "secret" ? [mount.secret] : [])),
    ...[container, ...before].flatMap(({ env = {} }) =>
      Object.values(env).flatMap((value) => (typeof value === "string" ? [] : [value.secret])),
    ),
  ]);
  const annotations: Record<string, string> = {};
  for (const name of configs) {
    const config = known(from.configs, name, reader, "config");
    annotations[`quint.dev/checksum-${name}`] = checksum(config.data);
  }
  for (const name of secrets) {
    const secret = known(from.secrets, name, reader, "secret");
    annotations[`quint.dev/rotation-${name}`] = String(secret.rotation);
  }
  return annotations;
}

function mountsOf({ container, before = [] }: Reader) {
  return [container, ...before].flatMap(({ mounts = [] }) => mounts);
}

function known<T>(map: ReadonlyMap<string, T>, name: string, workload: string, kind: string): T {
  const found = map.get(name);
  if (found === undefined) {
    const names = [...map.keys()].join(", ") || "none";
    throw new Error(
      `workload "${workload}" uses the ${kind} "${name}", which its application does not declare (declared: ${names})`,
    );
  }
  return found;
}

/** First 16 hexadecimal digits of SHA-256: enough to see a change, short enough to read in a diff. */
export function checksum(data: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}
