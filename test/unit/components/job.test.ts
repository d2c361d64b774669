/** Jobs: once and again when something changes, or on a schedule; and whom they may call. */
import assert from "node:assert/strict";
import { store } from "../../support/data-platform.ts";
import { at } from "../../support/objects.ts";
import type { Recorded } from "../../support/program.ts";
import { recordPlatform, type Mutable } from "../../support/test-platform.ts";
import type { Platform } from "../../../platforms/model/index.ts";

describe("Job", () => {
  let recorded: Recorded;
  const runName = (of: Recorded, prefix = "train-") => {
    const names = of.names("Job").filter((name) => name.startsWith(prefix));
    assert.equal(names.length, 1);
    return names[0]!;
  };

  before(async () => {
    recorded = await recordPlatform(store());
  });

  it("ends: its pods are not started again by themselves, and it is stopped after its time", () => {
    const spec = at(recorded.object("Job", runName(recorded)), "spec");
    assert.equal(at(spec, "backoffLimit"), 2);
    assert.equal(at(spec, "activeDeadlineSeconds"), 3600);
    assert.equal(at(spec, "template.spec.restartPolicy"), "Never");
  });

  it("is as restricted as any pod, pinned where its image or its work wants it, and has no probes", () => {
    const pod = at(recorded.object("Job", runName(recorded)), "spec.template.spec");
    assert.deepEqual(at(pod, "nodeSelector"), { "kubernetes.io/arch": "amd64", "workload-type": "compute" });
    assert.equal(at(pod, "securityContext.runAsUser"), 2000);
    assert.equal(at(pod, "containers.0.securityContext.readOnlyRootFilesystem"), true);
    assert.equal(at(pod, "containers.0.livenessProbe"), undefined);
    assert.equal(at(pod, "topologySpreadConstraints"), undefined);
    assert.deepEqual(at(pod, "containers.0.command"), ["python", "-m", "train"]);
  });

  it("has an identity of its own, with the rules that it names", () => {
    assert.equal(at(recorded.object("Role", "train"), "rules.0.resources.0"), "configmaps");
    assert.equal(at(recorded.object("RoleBinding", "train"), "subjects.0.name"), "train");
  });

  it("may call what names it, and the addresses that it declares, and is called by nobody", () => {
    const policy = at(recorded.object("NetworkPolicy", "train"), "spec");
    const ports = (at(policy, "egress") as unknown[]).map((rule) =>
      (at(rule, "ports") as unknown[]).map((port) => at(port, "port")),
    );
    // The app that names it, the object store, and an address.
    assert.deepEqual(ports.sort(), [[443], [8080], [8333]]);
    // Its sidecar's metrics alone.
    assert.equal((at(policy, "ingress") as unknown[]).length, 1);
  });

  it("is not awaited unless it says so", () => {
    const annotations = at(recorded.object("Job", runName(recorded)), "metadata.annotations");
    assert.deepEqual(annotations, { "pulumi.com/skipAwait": "true" });
    assert.equal(
      at(
        recorded.object("Job", runName(recorded, "files-buckets-")),
        "metadata.annotations",
        "pulumi.com/skipAwait",
      ),
      undefined,
    );
  });

  const changes: readonly (readonly [string, (platform: Mutable<Platform>) => void])[] = [
    [
      "its image",
      (platform) =>
        (platform.applications[1]!.jobs![0]!.container.image = "registry.example/lab/train:1.0.1"),
    ],
    ["a config that it reads", (platform) => (platform.applications[1]!.configs[0]!.data.LEVEL = "debug")],
    [
      "the rotation of a Secret that it reads",
      (platform) => {
        for (const spec of platform.applications[0]!.data!) if (spec.name === "files") spec.rotation = 2;
      },
    ],
  ];
  for (const [what, change] of changes) {
    it(`runs again when ${what} changes`, async () => {
      assert.notEqual(runName(await recordPlatform(store(change))), runName(recorded));
    });
  }

  it("does not run again when something else changes", async () => {
    const changed = await recordPlatform(
      store((platform) => (platform.applications[1]!.workloads[0]!.size.replicas = 5)),
    );
    assert.equal(runName(changed), runName(recorded));
  });

  it("runs on a schedule, by the clock of a place, one at a time, and not at all where suspended", () => {
    const spec = at(recorded.object("CronJob", "nightly"), "spec");
    assert.equal(at(spec, "schedule"), "5 1 * * *");
    assert.equal(at(spec, "timeZone"), "Europe/Berlin");
    assert.equal(at(spec, "concurrencyPolicy"), "Replace");
    assert.equal(at(spec, "suspend"), true);
    assert.equal(at(spec, "jobTemplate.spec.template.spec.restartPolicy"), "Never");
  });
});
