/** What a workload is told of, it may call: an address or a Secret in its environment, without a caller, ends at a policy. */
import assert from "node:assert/strict";
import { describePlatforms } from "../../../platforms/index.ts";
import {
  secretsOfData,
  servicesIn,
  type Caller,
  type EnvironmentValue,
  type Platform,
} from "../../../platforms/model/index.ts";
import { settingsOf } from "../../support/stacks.ts";

type Environment = Readonly<Record<string, EnvironmentValue>>;

/** Everything that has an environment. */
function clientsIn({ applications }: Platform) {
  return applications.flatMap(({ namespace, workloads, jobs = [], data = [] }) => [
    ...[...workloads, ...jobs].map(({ container, name }) => ({ namespace, name, env: container.env ?? {} })),
    ...data.flatMap((spec) => ("env" in spec ? [{ namespace, name: spec.name, env: spec.env }] : [])),
  ]);
}

/** Everything that answers, by the names under which it does. */
function serversIn(platform: Platform) {
  return platform.applications.flatMap(({ namespace, workloads, data = [] }) => [
    ...workloads.map(({ callers, services, name }) => ({
      namespace,
      name,
      callers,
      hosts: services.map((service) => service.name),
      secrets: [] as string[],
    })),
    ...data.map((spec) => ({
      namespace,
      name: spec.name,
      callers: "callers" in spec ? spec.callers : [],
      hosts: [spec.name],
      secrets: secretsOfData(spec, namespace, servicesIn(platform, namespace)).map((secret) => secret.name),
    })),
  ]);
}

/** Hosts of the addresses in an environment, by name and namespace. */
function hostsIn(env: Environment, own: string): { readonly host: string; readonly namespace: string }[] {
  return Object.values(env).flatMap((value) =>
    typeof value !== "string"
      ? []
      : [...value.matchAll(/[a-z]+:\/\/([a-z0-9-]+)(?:\.([a-z0-9-]+))?(?::\d+)?(?:\/|,|$)/g)].map(
          ([, host = "", namespace = own]) => ({ host, namespace }),
        ),
  );
}

const lets = (callers: readonly Caller[], client: { name: string; namespace: string }, here: string) =>
  callers.some(
    (caller) =>
      (caller.kind === "workload" &&
        caller.workload === client.name &&
        (caller.namespace ?? here) === client.namespace) ||
      (caller.kind === "namespace" && caller.namespace === client.namespace),
  );

describe("what workloads are told of", () => {
  const told = new Map<string, number>();

  for (const platform of describePlatforms(settingsOf("production"))) {
    it(`they may call, in ${platform.name}`, () => {
      const servers = serversIn(platform);
      const refused: string[] = [];
      for (const client of clientsIn(platform)) {
        const called = servers.filter(
          ({ hosts, namespace, secrets }) =>
            hostsIn(client.env, client.namespace).some(
              (address) => address.namespace === namespace && hosts.includes(address.host),
            ) ||
            Object.values(client.env).some(
              (value) =>
                typeof value !== "string" && namespace === client.namespace && secrets.includes(value.secret),
            ),
        );
        told.set(platform.name, (told.get(platform.name) ?? 0) + called.length);
        refused.push(
          ...called
            .filter(
              ({ callers, name, namespace }) => name !== client.name && !lets(callers, client, namespace),
            )
            .map(({ name }) => `${client.name} of ${name}`),
        );
      }
      assert.deepEqual(refused, []);
    });
  }

  it("is found", () => {
    assert.ok((told.get("clinical-trials") ?? 0) >= 20);
    assert.ok((told.get("code-review") ?? 0) > 0);
  });
});
