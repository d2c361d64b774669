/** The pods of a workload: what runs, what it sees, where it runs, and what rolls it. */
import assert from "node:assert/strict";
import type { WorkloadSpec } from "../../../platforms/model/index.ts";
import { at } from "../../support/objects.ts";
import { messageOf, type Recorded } from "../../support/program.ts";
import { deploy, facts, lab, labWith, recordPlatform, type Mutable } from "../../support/test-platform.ts";

const template = (recorded: Recorded, workload: string) =>
  at(recorded.object("Deployment", workload), "spec.template");

/** The pod template of a workload of the lab, after a change to it. */
async function templateWith(
  workload: string,
  change: (workload: Mutable<WorkloadSpec>) => void,
  clusterFacts = facts,
): Promise<unknown> {
  return template(await recordPlatform(labWith(workload, change), clusterFacts), workload);
}

describe("pods of a workload", () => {
  let recorded: Recorded;
  const pod = (workload: string) => at(template(recorded, workload), "spec");
  const container = (workload: string) => at(pod(workload), "containers.0");

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  describe("security", () => {
    it("runs as the workload's user and group, who own its volumes, and never as root", () => {
      assert.deepEqual(at(pod("web"), "securityContext"), {
        runAsNonRoot: true,
        runAsUser: 2000,
        runAsGroup: 3000,
        fsGroup: 3000,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      });
    });

    it("gives the container nothing that it does not need", () => {
      assert.deepEqual(at(container("web"), "securityContext"), {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    });

    it("keeps the addresses of other Services out of the environment", () => {
      assert.equal(at(pod("web"), "enableServiceLinks"), false);
    });
  });

  describe("container", () => {
    it("runs the image with command and arguments where they are given", () => {
      assert.equal(at(container("web"), "name"), "web");
      assert.equal(at(container("web"), "image"), "registry.example/lab/frontend:1.2.3");
      assert.equal(at(container("web"), "imagePullPolicy"), "IfNotPresent");
      assert.deepEqual(at(container("web"), "command"), ["/web"]);
      assert.deepEqual(at(container("web"), "args"), ["--verbose"]);
      assert.equal(at(container("worker"), "command"), undefined);
      assert.equal(at(container("worker"), "args"), undefined);
    });

    it("has the environment: text, keys of Secrets by name, and whole configs", () => {
      assert.deepEqual(at(container("web"), "env"), [
        { name: "MODE", value: "full" },
        { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "credentials", key: "password" } } },
      ]);
      assert.deepEqual(at(container("web"), "envFrom"), [{ configMapRef: { name: "settings" } }]);
    });

    it("opens its ports by name", () => {
      assert.deepEqual(at(container("web"), "ports"), [
        { name: "http", containerPort: 8080 },
        { name: "metrics", containerPort: 9090 },
      ]);
    });

    it("states requests and limits", () => {
      assert.deepEqual(at(container("web"), "resources"), {
        requests: { cpu: "100m", memory: "128Mi" },
        limits: { cpu: "1", memory: "512Mi" },
      });
    });

    it("is probed as the workload says, with defaults for what it leaves open", () => {
      const probe = (path: string, figures: Record<string, number>) => ({
        httpGet: { path, port: "http" },
        initialDelaySeconds: 0,
        periodSeconds: 10,
        timeoutSeconds: 3,
        failureThreshold: 3,
        ...figures,
      });
      assert.deepEqual(
        at(container("web"), "startupProbe"),
        probe("/started", { initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 60 }),
      );
      assert.deepEqual(
        at(container("web"), "livenessProbe"),
        probe("/healthz", { periodSeconds: 20, timeoutSeconds: 4, failureThreshold: 5 }),
      );
      assert.deepEqual(at(container("worker"), "readinessProbe"), probe("/readyz", {}));
      assert.equal(at(container("worker"), "startupProbe"), undefined);
    });

    it("is probed under another name than its address where it asks for one", () => {
      assert.deepEqual(at(container("web"), "readinessProbe.httpGet"), {
        path: "/readyz",
        port: "http",
        httpHeaders: [{ name: "Host", value: "web.example.com" }],
      });
    });

    it("is refused a probe of a port that it does not have", async () => {
      for (const probe of ["startup", "liveness", "readiness"] as const) {
        const platform = labWith("web", ({ container }) => {
          container.probes[probe]!.port = "htpp";
        });
        assert.equal(
          await messageOf(deploy(platform)),
          'workload "web" has no port "htpp" (its ports: http, metrics)',
        );
      }
    });

    it("leaves no empty list behind", () => {
      const empty = JSON.stringify(pod("worker")).match(/(\[\]|\{\})/g);
      assert.equal(empty, null);
    });
  });

  describe("mounts", () => {
    it("are of every kind, and read-only wherever nothing is written", () => {
      assert.deepEqual(at(container("web"), "volumeMounts"), [
        { name: "shared", mountPath: "/shared", readOnly: true },
        { name: "files", mountPath: "/etc/web", readOnly: true },
        { name: "certificates", mountPath: "/etc/certificates", readOnly: true },
        { name: "tmp", mountPath: "/tmp" },
      ]);
      assert.deepEqual(at(container("worker"), "volumeMounts"), [{ name: "shared", mountPath: "/shared" }]);
    });

    it("have volumes of the claims, configs and secrets they name; secrets for the group alone", () => {
      assert.deepEqual(at(pod("web"), "volumes"), [
        { name: "shared", persistentVolumeClaim: { claimName: "shared", readOnly: true } },
        { name: "files", configMap: { name: "files" } },
        { name: "certificates", secret: { secretName: "certificates", defaultMode: 0o440 } },
        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      ]);
      assert.deepEqual(at(pod("worker"), "volumes"), [
        { name: "shared", persistentVolumeClaim: { claimName: "shared" } },
      ]);
    });

    it("share one volume where the same thing is mounted twice", async () => {
      const spec = at(
        await templateWith("web", ({ container }) => {
          container.mounts = [
            { kind: "config", config: "files", path: "/etc/web" },
            { kind: "config", config: "files", path: "/etc/other" },
          ];
        }),
        "spec",
      );
      assert.deepEqual(at(spec, "volumes"), [{ name: "files", configMap: { name: "files" } }]);
      assert.deepEqual(at(spec, "containers.0.volumeMounts"), [
        { name: "files", mountPath: "/etc/web", readOnly: true },
        { name: "files", mountPath: "/etc/other", readOnly: true },
      ]);
    });

    it("are refused where two things of one name would be one volume", async () => {
      const platform = labWith("web", ({ container }) => {
        container.mounts!.push({ kind: "scratch", name: "files", path: "/var/files", size: "1Mi" });
      });
      assert.equal(
        await messageOf(deploy(platform)),
        'workload "web" mounts two different volumes under the name "files"; rename one of them',
      );
    });

    it("of a workload without any leave neither volumes nor mounts", async () => {
      const spec = at(
        await templateWith("worker", ({ container }) => {
          delete container.mounts;
        }),
        "spec",
      );
      assert.equal(at(spec, "volumes"), undefined);
      assert.equal(at(spec, "containers.0.volumeMounts"), undefined);
    });
  });

  describe("annotations", () => {
    const annotations = (of: unknown) => at(of, "metadata.annotations") as Record<string, string>;
    const before = () => annotations(template(recorded, "web"));

    /** Keys whose values differ. */
    const changed = (one: Record<string, string>, other: Record<string, string>) =>
      [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((key) => one[key] !== other[key]);

    it("keep what the workload says, and add what rolls it: configs by checksum, secrets by rotation", () => {
      assert.deepEqual(Object.keys(before()).sort(), [
        "example.com/note",
        "quint.dev/checksum-files",
        "quint.dev/checksum-settings",
        "quint.dev/rotation-certificates",
        "quint.dev/rotation-credentials",
      ]);
      assert.equal(before()["example.com/note"], "kept");
      assert.match(before()["quint.dev/checksum-files"] ?? "", /^[0-9a-f]{16}$/);
      assert.equal(before()["quint.dev/rotation-credentials"], "3");
      assert.equal(before()["quint.dev/rotation-certificates"], "7");
    });

    it("are none where a workload uses no config and no secret", () => {
      assert.equal(annotations(template(recorded, "worker"))["quint.dev/checksum-settings"], undefined);
      assert.deepEqual(annotations(template(recorded, "worker")), {});
    });

    const changes = {
      "a config that it mounts": {
        change: (platform: Mutable<ReturnType<typeof lab>>) => {
          platform.applications[1]!.configs[1]!.data["web.yaml"] = "listen: 9090\n";
        },
        rolls: ["quint.dev/checksum-files"],
      },
      "a config that it reads as environment": {
        change: (platform: Mutable<ReturnType<typeof lab>>) => {
          platform.applications[1]!.configs[0]!.data.LEVEL = "debug";
        },
        rolls: ["quint.dev/checksum-settings"],
      },
      "a new key of a config": {
        change: (platform: Mutable<ReturnType<typeof lab>>) => {
          platform.applications[1]!.configs[0]!.data.NEW = "";
        },
        rolls: ["quint.dev/checksum-settings"],
      },
      "a config that it does not use": {
        change: (platform: Mutable<ReturnType<typeof lab>>) => {
          platform.applications[1]!.configs[2]!.data.NOBODY = "ever read it";
        },
        rolls: [],
      },
      "the order of a config's keys": {
        change: (platform: Mutable<ReturnType<typeof lab>>) => {
          const config = platform.applications[1]!.configs[0]!;
          config.data = Object.fromEntries(Object.entries(config.data).reverse());
        },
        rolls: [],
      },
      "the rotation of a secret in its environment": {
        change: (platform: Mutable<ReturnType<typeof lab>>) => {
          platform.applications[1]!.secrets[0]!.rotation = 4;
        },
        rolls: ["quint.dev/rotation-credentials"],
      },
      "the rotation of a secret that it mounts": {
        change: (platform: Mutable<ReturnType<typeof lab>>) => {
          platform.applications[1]!.secrets[1]!.rotation = 8;
        },
        rolls: ["quint.dev/rotation-certificates"],
      },
    };
    for (const [what, { change, rolls }] of Object.entries(changes)) {
      it(`${rolls.length > 0 ? "change" : "do not change"} with ${what}`, async () => {
        const after = await recordPlatform(lab(change));
        assert.deepEqual(changed(before(), annotations(template(after, "web"))), rolls);
        assert.deepEqual(at(template(after, "web"), "spec"), pod("web"));
      });
    }
  });

  describe("what its application must declare", () => {
    it("is every config that it mounts or reads", async () => {
      const mounting = labWith("web", ({ container }) => {
        container.mounts = [{ kind: "config", config: "filles", path: "/etc/web" }];
      });
      assert.equal(
        await messageOf(deploy(mounting)),
        'workload "web" uses the config "filles", which its application does not declare (declared: settings, files, ' +
          "unused)",
      );
      const reading = labWith("store", ({ container }) => {
        container.envFromConfigs = ["settings"];
      });
      assert.equal(
        await messageOf(deploy(reading)),
        'workload "store" uses the config "settings", which its application does not declare (declared: none)',
      );
    });

    it("is every claim that it mounts", async () => {
      const mounting = labWith("worker", ({ container }) => {
        container.mounts = [{ kind: "claim", claim: "store-data", path: "/data", readOnly: false }];
      });
      assert.equal(
        await messageOf(deploy(mounting)),
        'workload "worker" uses the claim "store-data", which its application does not declare (declared: shared)',
      );
    });

    it("is every secret that it mounts or reads", async () => {
      const mounting = labWith("web", ({ container }) => {
        container.mounts = [{ kind: "secret", secret: "certificate", path: "/etc/certificates" }];
      });
      assert.equal(
        await messageOf(deploy(mounting)),
        'workload "web" uses the secret "certificate", which its application does not declare (declared: credentials, ' +
          "certificates)",
      );
      const reading = labWith("store", ({ container }) => {
        container.env = { PASSWORD: { secret: "credentials", key: "password" } };
      });
      assert.equal(
        await messageOf(deploy(reading)),
        'workload "store" uses the secret "credentials", which its application does not declare (declared: none)',
      );
    });
  });

  describe("placement", () => {
    const selector = (of: unknown) => at(of, "spec.nodeSelector");

    it("is on the nodes that the workload asks for, of any architecture that its image runs on", () => {
      assert.deepEqual(selector(template(recorded, "web")), { "workload-type": "compute" });
      assert.equal(selector(template(recorded, "worker")), undefined);
    });

    it("is pinned to an architecture where the cluster has another that the image lacks", () => {
      assert.deepEqual(selector(template(recorded, "store")), { "kubernetes.io/arch": "amd64" });
    });

    it("is pinned beside the nodes that the workload asks for", async () => {
      const pinned = await templateWith("web", (web) => {
        web.architectures = ["arm64"];
      });
      assert.deepEqual(selector(pinned), { "kubernetes.io/arch": "arm64", "workload-type": "compute" });
    });

    it("needs no pin on a cluster of one architecture that the image has", async () => {
      const amd64 = await templateWith("store", () => undefined, { ...facts, architectures: ["amd64"] });
      assert.equal(selector(amd64), undefined);
    });

    it("is refused on a cluster whose nodes the image does not run on", async () => {
      const arm64 = { ...facts, architectures: ["arm64"] as const };
      assert.equal(
        await messageOf(deploy(lab(), arm64)),
        'workload "store": its image runs on amd64, but the cluster has only arm64 nodes; add a node pool of that ' +
          "architecture or use an image that has one",
      );
    });

    const constraint = (workload: string, topologyKey: string, whenUnsatisfiable: string) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable,
      labelSelector: {
        matchLabels: { "app.kubernetes.io/name": workload, "app.kubernetes.io/part-of": "lab" },
      },
      matchLabelKeys: ["pod-template-hash"],
      nodeAffinityPolicy: "Honor",
      nodeTaintsPolicy: "Honor",
    });
    for (const [workload, spread, whenUnsatisfiable] of [
      ["web", "required", "DoNotSchedule"],
      ["worker", "preferred", "ScheduleAnyway"],
    ] as const) {
      it(`is ${spread} to be even over zones and nodes, each version by itself`, () => {
        assert.deepEqual(at(pod(workload), "topologySpreadConstraints"), [
          constraint(workload, "topology.kubernetes.io/zone", whenUnsatisfiable),
          constraint(workload, "kubernetes.io/hostname", whenUnsatisfiable),
        ]);
      });
    }

    it("keeps away from nodes that run another replica, if it can", () => {
      assert.deepEqual(at(pod("web"), "affinity"), {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              podAffinityTerm: {
                labelSelector: {
                  matchLabels: { "app.kubernetes.io/name": "web", "app.kubernetes.io/part-of": "lab" },
                },
                topologyKey: "kubernetes.io/hostname",
              },
            },
          ],
        },
      });
    });

    it("goes to the architecture that the workload prefers, if it has room", async () => {
      const changed = await templateWith("web", (web) => {
        web.prefersArchitecture = "arm64";
      });
      assert.deepEqual(at(changed, "spec.affinity.nodeAffinity"), {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 50,
            preference: {
              matchExpressions: [{ key: "kubernetes.io/arch", operator: "In", values: ["arm64"] }],
            },
          },
        ],
      });
    });

    it("carries the workload's own labels, which never take the place of Quint's", async () => {
      const changed = await templateWith("web", (web) => {
        web.labels = { app: "shop", "app.kubernetes.io/name": "other" };
      });
      assert.equal(at(changed, "metadata.labels.app"), "shop");
      const labels = at(changed, "metadata.labels") as Record<string, string>;
      assert.equal(labels["app.kubernetes.io/name"], "web");
    });

    it("is by the workload's priority class", () => {
      const classes = ["web", "worker", "store"].map((workload) => at(pod(workload), "priorityClassName"));
      assert.deepEqual(classes, ["high-priority", "medium-priority", "critical-priority"]);
    });

    it("goes on serving for 5 s after it was told to end, where others take over and requests may still come", () => {
      const lifecycle = ["web", "worker", "store"].map((workload) => at(container(workload), "lifecycle"));
      assert.deepEqual(lifecycle, [
        { preStop: { sleep: { seconds: 5 } } },
        undefined, // no Service
        undefined, // never there twice
      ]);
    });

    it("ends with the grace that the workload asks for, half a minute otherwise", () => {
      assert.equal(at(pod("web"), "terminationGracePeriodSeconds"), 45);
      assert.equal(at(pod("worker"), "terminationGracePeriodSeconds"), 30);
    });
  });
});
