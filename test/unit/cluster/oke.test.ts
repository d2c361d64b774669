/** What an OKE cluster registers: closed to the world, called after its stack, and the same each time. */
import assert from "node:assert/strict";
import { recordOke } from "./oke-stack.ts";
import type { Recorded, Registered } from "./recorder.ts";
import { changed, comparable, list, named, object, ofType, text } from "./registrations.ts";

describe("an OKE cluster", () => {
  let recorded: Recorded<unknown>;
  let all: readonly Registered[];
  before(async () => {
    recorded = await recordOke();
    all = recorded.registered;
  });

  it("gives no machine a public address, and only load balancers a public subnet", () => {
    for (const { name, inputs } of ofType(all, "Subnet")) {
      assert.equal(inputs.prohibitPublicIpOnVnic, name !== "cluster-network-loadBalancers", name);
    }
    for (const { inputs } of ofType(all, "NodePool")) {
      const details = object(inputs, "nodeConfigDetails");
      for (const placement of list(details, "placementConfigs")) {
        assert.equal((placement as Record<string, unknown>).subnetId, "cluster-network-nodes-id");
      }
      const pods = object(details, "nodePoolPodNetworkOptionDetails");
      assert.deepEqual(pods.podSubnetIds, ["cluster-network-pods-id"]);
      assert.equal(pods.cniType, "OCI_VCN_IP_NATIVE");
    }
    const control = named(all, "Cluster", "cluster-control-plane").inputs;
    assert.equal(object(control, "endpointConfig").isPublicIpEnabled, false);
  });

  it("lets in nothing from outside but HTTP and HTTPS to load balancers, and the ranges of the settings", () => {
    const fromOutside = ofType(all, "NetworkSecurityGroupSecurityRule").filter(
      ({ inputs }) => inputs.direction === "INGRESS" && inputs.sourceType === "CIDR_BLOCK",
    );
    const open = fromOutside.map(({ inputs }) => ({
      group: text(inputs, "networkSecurityGroupId").replace(/^cluster-network-groups-|-id$/g, ""),
      from: inputs.source,
      what: JSON.stringify(inputs.tcpOptions ?? inputs.icmpOptions),
    }));
    const port = (number: number) => JSON.stringify({ destinationPortRange: { max: number, min: number } });
    assert.deepEqual(
      open.map(({ group, from, what }) => [group, from, what]).sort(),
      [
        ["api", "10.200.0.0/24", port(6443)],
        ["loadBalancers", "0.0.0.0/0", port(443)],
        ["loadBalancers", "0.0.0.0/0", port(80)],
        // "Fragmentation needed", no connection.
        ["nodes", "0.0.0.0/0", JSON.stringify({ code: 4, type: 3 })],
        ["pods", "0.0.0.0/0", JSON.stringify({ code: 4, type: 3 })],
      ].sort(),
    );
    const [defaults] = ofType(all, "DefaultSecurityList");
    assert.deepEqual(defaults?.inputs.ingressSecurityRules, []);
    assert.deepEqual(defaults.inputs.egressSecurityRules, []);
  });

  it("has both ends of every way between its groups", () => {
    const rules = ofType(all, "NetworkSecurityGroupSecurityRule").filter(({ inputs }) =>
      [inputs.sourceType, inputs.destinationType].includes("NETWORK_SECURITY_GROUP"),
    );
    const ways = rules.map(({ inputs }) => {
      const own = inputs.networkSecurityGroupId;
      const options = JSON.stringify([inputs.protocol, inputs.tcpOptions, inputs.udpOptions]);
      return inputs.direction === "EGRESS"
        ? `${String(own)} -> ${String(inputs.destination)} ${options}`
        : `${String(inputs.source)} -> ${String(own)} ${options}`;
    });
    for (const way of ways) assert.equal(ways.filter((other) => other === way).length, 2, way);
  });

  it("is called after its stack, and tags what can be tagged", () => {
    const tags = { "managed-by": "quint", stack: "production" };
    const untaggable = [
      "NetworkSecurityGroupSecurityRule",
      "ObjectLifecyclePolicy",
      "UserGroupMembership",
      "UserCapabilitiesManagement",
      "CustomerSecretKey",
      "AuthToken",
      "Addon",
    ];
    for (const { custom, type, key, inputs } of all) {
      if (!custom || !type.startsWith("oci:")) continue;
      const kind = type.slice(type.lastIndexOf(":") + 1);
      if (untaggable.includes(kind)) continue;
      assert.deepEqual(inputs.freeformTags, tags, key);
      // A pool is named in its cluster, and a zone is a domain.
      if (kind === "NodePool" || kind === "Zone") continue;
      assert.match(text({ name: inputs.displayName ?? inputs.name }, "name"), /^quint-production\b/, key);
    }
    for (const { inputs } of ofType(all, "NodePool")) {
      assert.deepEqual(object(inputs, "nodeConfigDetails").freeformTags, tags);
    }
    const options = object(named(all, "Cluster", "cluster-control-plane").inputs, "options");
    assert.deepEqual(object(options, "serviceLbConfig").freeformTags, tags);
    assert.deepEqual(object(options, "persistentVolumeConfig").freeformTags, tags);
  });

  it("is reached with credentials that `oci` makes: no token is in the kubeconfig", () => {
    const provider = named(all, "kubernetes", "cluster-kubernetes").inputs;
    const kubeconfig = text(provider, "kubeconfig");
    assert.ok(!kubeconfig.includes("a-static-token"));
    const { clusters, users } = JSON.parse(kubeconfig) as {
      clusters: { cluster: Record<string, string> }[];
      users: { user: { exec: { command: string; args: string[] } } }[];
    };
    assert.equal(clusters[0]?.cluster.server, "https://10.0.145.18:6443");
    assert.equal(users[0]?.user.exec.command, "oci");
    assert.deepEqual(users[0].user.exec.args, [
      "ce",
      "cluster",
      "generate-token",
      "--cluster-id",
      "cluster-control-plane-id",
      "--region",
      "eu-frankfurt-1",
    ]);
    assert.equal(provider.clusterIdentifier, "cluster-control-plane-id");
    assert.equal(provider.upsertExistingObjects, "false");
  });

  it("changes what a public API server needs, and nothing else", async () => {
    const { registered } = await recordOke({
      api: { access: "public", allowedCidrs: ["10.200.0.0/24"] },
    });
    assert.deepEqual(changed(all, registered), {
      added: [],
      removed: [],
      different: [
        "oci:ContainerEngine/cluster:Cluster::cluster-control-plane",
        "oci:Core/subnet:Subnet::cluster-network-api",
        "pulumi:providers:kubernetes::cluster-kubernetes",
      ],
    });
    const control = named(registered, "Cluster", "cluster-control-plane").inputs;
    assert.equal(object(control, "endpointConfig").isPublicIpEnabled, true);
    const api = named(registered, "Subnet", "cluster-network-api").inputs;
    assert.equal(api.prohibitPublicIpOnVnic, false);
  });

  it("registers the same a second time", async () => {
    assert.deepEqual(comparable((await recordOke()).registered), comparable(all));
  });

  it("can be previewed before it is there, and waits for a kubeconfig that comes late", async () => {
    const first = await recordOke({}, { firstPreview: true });
    assert.deepEqual(first.registered.map(({ key }) => key).sort(), all.map(({ key }) => key).sort());
    assert.equal(named(first.registered, "kubernetes", "cluster-kubernetes").inputs.kubeconfig, "<unknown>");

    const late = await recordOke({}, { slow: { "oci:ContainerEngine/cluster:Cluster": 150 } });
    const order = late.registered.map(({ type }) => type);
    const cluster = order.indexOf("oci:ContainerEngine/cluster:Cluster");
    for (const type of ["pulumi:providers:kubernetes", "kubernetes:apps/v1:DaemonSet"]) {
      assert.ok(order.indexOf(type) > cluster, type);
    }
    assert.deepEqual(comparable(late.registered), comparable(all));
  });

  it("says what later parts ask for", async () => {
    const { facts } = (await recordOke()).result;
    assert.deepEqual(facts.apiServerCidrs, ["10.0.145.16/28", "10.96.0.1/32"]);
    assert.equal(facts.loadBalancers.kind, "oci-network");
    assert.deepEqual(
      { ...facts.objectStore, credentials: facts.objectStore?.credentials.how },
      {
        kind: "oci",
        bucket: "quint-production-backups",
        region: "eu-frankfurt-1",
        endpoint: "https://quintnamespace.compat.objectstorage.eu-frankfurt-1.oraclecloud.com",
        credentials: "access-key",
      },
    );
    assert.deepEqual(facts.workloadIdentity.tokenPorts, [12250]);
    assert.equal(facts.secretStore?.kind, "oci-vault");
  });
});
