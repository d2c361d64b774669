/** A namespace comes with everything that makes it safe to put workloads in. */
import assert from "node:assert/strict";
import { at } from "../../support/objects.ts";
import type { Recorded } from "../../support/program.ts";
import { lab, recordPlatform } from "../../support/test-platform.ts";

describe("Namespace", () => {
  let recorded: Recorded;
  const object = (kind: string, name: string, namespace = "lab") => recorded.object(kind, name, namespace);

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  it("enforces, audits and warns at its pod security level, and keeps its own labels", () => {
    assert.deepEqual(at(recorded.object("Namespace", "lab"), "metadata.labels"), {
      "app.kubernetes.io/managed-by": "quint",
      "app.kubernetes.io/part-of": "lab",
      team: "research",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
      "istio-injection": "enabled",
    });
  });

  it("is left out of the mesh where it is not injected", () => {
    assert.deepEqual(at(recorded.object("Namespace", "lab-data"), "metadata.labels"), {
      "app.kubernetes.io/managed-by": "quint",
      "app.kubernetes.io/part-of": "lab",
      "pod-security.kubernetes.io/enforce": "baseline",
      "pod-security.kubernetes.io/audit": "baseline",
      "pod-security.kubernetes.io/warn": "baseline",
    });
  });

  it("has the quota of its size", () => {
    assert.deepEqual(at(object("ResourceQuota", "quota"), "spec"), {
      hard: {
        "requests.cpu": "20",
        "limits.cpu": "40",
        "requests.memory": "20Gi",
        "limits.memory": "40Gi",
        "requests.storage": "100Gi",
        persistentvolumeclaims: "10",
        pods: "40",
      },
    });
  });

  it("has the limit range of its size", () => {
    assert.deepEqual(at(object("LimitRange", "limits"), "spec.limits"), [
      {
        type: "Container",
        default: { cpu: "300m", memory: "300Mi" },
        defaultRequest: { cpu: "30m", memory: "30Mi" },
        max: { cpu: "3", memory: "3Gi" },
      },
    ]);
  });

  it("limits what the containers of a pod take together, where its size says so", async () => {
    const limited = await recordPlatform(
      lab((platform) => {
        platform.namespaces[0]!.size.limits.podMax = { cpu: "6", memory: "12Gi" };
      }),
    );
    assert.deepEqual(at(limited.object("LimitRange", "limits", "lab"), "spec.limits.1"), {
      type: "Pod",
      max: { cpu: "6", memory: "12Gi" },
    });
  });

  for (const namespace of ["lab", "lab-data"]) {
    it(`denies all traffic of ${namespace} by default, in both directions`, () => {
      assert.deepEqual(at(object("NetworkPolicy", "default-deny", namespace), "spec"), {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
      });
    });

    it(`lets every pod of ${namespace} ask DNS, by UDP and TCP`, () => {
      assert.deepEqual(at(object("NetworkPolicy", "allow-dns", namespace), "spec"), {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
              // NodeLocal DNSCache
              { ipBlock: { cidr: "169.254.20.10/32" } },
            ],
            ports: [
              { port: 53, protocol: "UDP" },
              { port: 53, protocol: "TCP" },
            ],
          },
        ],
      });
    });
  }

  it("lets nobody in by default where there are sidecars, and has nothing to say where there are none", () => {
    assert.deepEqual(object("AuthorizationPolicy", "default-deny").spec, {});
    assert.equal(object("AuthorizationPolicy", "default-deny").metadata.namespace, "lab");
  });

  it("lets sidecars reach istiod and the collector of traces where there are sidecars, and nowhere else", () => {
    assert.deepEqual(at(object("NetworkPolicy", "allow-mesh"), "spec"), {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "istio-system" } } }],
          ports: [{ port: 15012, protocol: "TCP" }],
        },
        {
          to: [
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "platform-monitoring" } } },
          ],
          ports: [{ port: 4317, protocol: "TCP" }],
        },
      ],
    });
    const elsewhere = recorded.rendered().objects.filter(({ metadata }) => metadata.namespace === "lab-data");
    assert.deepEqual(
      elsewhere.filter(({ metadata }) => metadata.name === "allow-mesh"),
      [],
    );
  });

  it("binds each group of people to its role, in this namespace alone", () => {
    const bindings = ["lab:people-edit", "lab:auditors-view"].map((name) => {
      const binding = object("RoleBinding", name);
      return { roleRef: at(binding, "roleRef"), subjects: at(binding, "subjects") };
    });
    const group = (name: string, role: string) => ({
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name }],
    });
    assert.deepEqual(bindings, [group("lab:people", "edit"), group("lab:auditors", "view")]);
    assert.deepEqual(recorded.names("ClusterRoleBinding"), []);
  });
});
