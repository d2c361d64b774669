import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { choosePorts, isFree, portRange } from "../../../simulation/control-plane/ports.ts";
import { processesOf } from "../../../simulation/control-plane/processes.ts";
import { clusterFolder } from "../../../simulation/folder.ts";
import { sidecarInjection } from "../../../simulation/objects/sidecar-injection.ts";
import { storageClassesOf } from "../../../simulation/objects/storage-classes.ts";

const programs = {
  etcd: "/cache/etcd",
  "kube-apiserver": "/cache/kube-apiserver",
  "kube-controller-manager": "/cache/kube-controller-manager",
  "kube-scheduler": "/cache/kube-scheduler",
  kwok: "/cache/kwok",
};

describe("the control plane's processes", () => {
  const paths = clusterFolder("/clone", "dev");
  const ports = { apiServer: 20001, etcdClient: 20002, etcdPeer: 20003, prometheus: 20004 };
  const processes = processesOf(
    { ports, programs: { ...programs, "rollouts-controller": "/cache/rollouts-controller" } },
    paths,
  );

  it("start in the order in which they need each other", () => {
    assert.deepEqual(
      processes.map(({ name }) => name),
      ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "rollouts-controller"],
    );
  });

  it("are without Argo Rollouts' controller where the stack has no Rollout", () => {
    const names = processesOf({ ports, programs }, paths).map(({ name }) => name);
    assert.ok(!names.includes("rollouts-controller"));
  });

  it("listen on 127.0.0.1 or not at all", () => {
    for (const { name, arguments: flags } of processes) {
      for (const flag of flags.filter((one) => /^--(listen|advertise|initial).*url|address=/.test(one))) {
        assert.match(flag, /=(https:\/\/)?127\.0\.0\.1(:\d+)?$/, name);
      }
    }
    for (const name of ["kube-controller-manager", "kube-scheduler"]) {
      assert.ok(processes.find((one) => one.name === name)?.arguments.includes("--secure-port=0"), name);
    }
    for (const flag of ["--metricsPort=-1", "--healthzPort=-1"]) {
      assert.ok(processes.at(-1)?.arguments.includes(flag), flag);
    }
  });

  it("trust certificates only: no tokens in files, no plain HTTP, no anonymous requests, no skipped verification", () => {
    const flags = processes.flatMap((one) => one.arguments);
    for (const flag of flags) assert.doesNotMatch(flag, /token-auth-file|insecure|skip|http:\/\//);
    for (const required of [
      "--anonymous-auth=false",
      "--client-cert-auth=true",
      "--peer-client-cert-auth=true",
    ]) {
      assert.ok(flags.includes(required), required);
    }
  });

  it("name their folder, so that those of a killed supervisor are recognised", () => {
    for (const { name, arguments: flags } of processes) {
      assert.ok(
        flags.some((flag) => flag.includes("/clone/.quint/clusters/dev/")),
        name,
      );
    }
  });
});

describe("ports", () => {
  it("are free, different, and in their range", async () => {
    const ports = Object.values(await choosePorts()) as number[];
    assert.equal(new Set(ports).size, 4);
    for (const port of ports) assert.ok(port >= portRange.first && port <= portRange.last);
  });

  it("stay what they were while they are free, and change when another program has them", async () => {
    const before = await choosePorts();
    assert.deepEqual(await choosePorts(before), before);
    const server = createServer().listen(before.apiServer, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    assert.equal(await isFree((server.address() as AddressInfo).port), false);
    const now = await choosePorts(before);
    assert.notEqual(now.apiServer, before.apiServer);
    assert.equal(now.etcdClient, before.etcdClient);
    server.close();
  });
});

describe("objects that belong to the cluster", () => {
  it("are two storage classes, one when the stack has one, and the first is the default", () => {
    const describeClasses = (names: { readWriteOnce: string; readWriteMany?: string }): string[] =>
      storageClassesOf(names).map(({ metadata, provisioner }) => {
        const isDefault = metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true";
        return `${metadata.name} ${String(provisioner)}${isDefault ? " default" : ""}`;
      });
    assert.deepEqual(describeClasses({ readWriteOnce: "block", readWriteMany: "files" }), [
      "block quint.dev/block default",
      "files quint.dev/shared",
    ]);
    assert.deepEqual(describeClasses({ readWriteOnce: "block" }), ["block quint.dev/block default"]);
    assert.deepEqual(describeClasses({ readWriteOnce: "one", readWriteMany: "one" }), [
      "one quint.dev/shared default",
    ]);
  });

  it("are a policy that adds the proxy with the spec's figures, and its binding", () => {
    const [policy, binding] = sidecarInjection({
      image: 'registry.example/proxy:"1"',
      requests: { cpu: "11m", memory: "22Mi" },
      limits: { cpu: "33m", memory: "44Mi" },
    });
    const text = JSON.stringify(policy);
    for (const figure of ["11m", "22Mi", "33m", "44Mi"]) assert.ok(text.includes(figure), figure);
    // Quotes in a setting stay inside their CEL literal.
    assert.ok(
      policy.spec &&
        JSON.stringify(policy.spec).includes(JSON.stringify('"registry.example/proxy:\\"1\\""').slice(1, -1)),
    );
    assert.deepEqual(binding.spec, { policyName: policy.metadata.name });
  });
});
