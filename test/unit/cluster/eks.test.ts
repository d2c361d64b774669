/** What an EKS cluster registers: closed to the world, called after its stack, and the same each time. */
import assert from "node:assert/strict";
import { recordEks, zones } from "./eks-stack.ts";
import type { Recorded, Registered } from "./recorder.ts";
import { changed, comparable, list, named, object, ofType, text } from "./registrations.ts";

describe("an EKS cluster", () => {
  let recorded: Recorded<unknown>;
  let all: readonly Registered[];
  before(async () => {
    recorded = await recordEks();
    all = recorded.registered;
  });

  it("gives no machine a public address: nodes are in private subnets, over all zones", () => {
    const subnets = ofType(all, "Subnet");
    assert.equal(subnets.length, 3 * zones.length);
    for (const { inputs, name } of subnets) assert.equal(inputs.mapPublicIpOnLaunch, false, name);
    for (const { inputs } of ofType(all, "NodeGroup")) {
      assert.deepEqual(inputs.subnetIds, [
        "cluster-network-private-a-id",
        "cluster-network-private-b-id",
        "cluster-network-private-c-id",
      ]);
    }
    const control = object(named(all, "Cluster", "cluster-control-plane").inputs, "vpcConfig");
    assert.deepEqual(control.subnetIds, [
      "cluster-network-control-a-id",
      "cluster-network-control-b-id",
      "cluster-network-control-c-id",
    ]);
    assert.deepEqual([control.endpointPrivateAccess, control.endpointPublicAccess], [true, false]);
  });

  it("has a way out in each zone that needs no other zone", () => {
    for (const letter of ["a", "b", "c"]) {
      const nat = named(all, "NatGateway", `cluster-network-nat-${letter}`).inputs;
      assert.equal(nat.subnetId, `cluster-network-public-${letter}-id`);
      const route = named(all, "Route", `cluster-network-private-${letter}`).inputs;
      assert.equal(route.natGatewayId, `cluster-network-nat-${letter}-id`);
      const association = named(all, "RouteTableAssociation", `cluster-network-private-${letter}`).inputs;
      assert.equal(association.routeTableId, `cluster-network-private-${letter}-id`);
    }
  });

  it("lets in nothing from outside but the ranges of the settings", () => {
    const rules = ofType(all, "SecurityGroupIngressRule").map(({ inputs }) => [
      inputs.cidrIpv4 ?? inputs.referencedSecurityGroupId,
      inputs.fromPort,
      inputs.toPort,
    ]);
    assert.deepEqual(rules.sort(), [
      ["10.200.0.0/24", 443, 443],
      ["sg-cluster", 2049, 2049],
    ]);
    const [defaults] = ofType(all, "DefaultSecurityGroup");
    assert.deepEqual([defaults?.inputs.ingress, defaults?.inputs.egress], [[], []]);
    assert.equal(
      ofType(all, "SecurityGroup").every(({ inputs }) => inputs.ingress === undefined),
      true,
    );
  });

  it("knows its administrators by IAM, keeps every log, and installs no add-on unpinned", () => {
    const { inputs } = named(all, "Cluster", "cluster-control-plane");
    assert.deepEqual(inputs.accessConfig, {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: false,
    });
    assert.deepEqual(inputs.enabledClusterLogTypes, [
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]);
    assert.equal(inputs.version, "1.36");
    assert.equal(inputs.bootstrapSelfManagedAddons, false);
    const [log] = ofType(all, "LogGroup");
    assert.equal(log?.inputs.name, `/aws/eks/${text(inputs, "name")}/cluster`);
    assert.equal(log.inputs.retentionInDays, 90);
    const entry = named(all, "AccessPolicyAssociation", "cluster-control-plane-role-deployer").inputs;
    assert.equal(entry.principalArn, "arn:aws:iam::123456789012:role/deployer");
    assert.deepEqual(
      ofType(all, "Addon")
        .map((addOn) => [addOn.inputs.addonName, addOn.inputs.addonVersion])
        .sort(),
      [
        ["aws-ebs-csi-driver", "v1.60.0-eksbuild.1"],
        ["aws-efs-csi-driver", "v3.0.0-eksbuild.1"],
        ["coredns", "v1.14.0-eksbuild.1"],
        ["eks-pod-identity-agent", "v1.4.0-eksbuild.1"],
        ["kube-proxy", "v1.36.0-eksbuild.2"],
        ["vpc-cni", "v1.22.0-eksbuild.1"],
      ],
    );
    const cni = JSON.parse(
      text(named(all, "Addon", "cluster-base-vpc-cni").inputs, "configurationValues"),
    ) as Record<string, unknown>;
    assert.equal(cni.enableNetworkPolicy, "true");
  });

  it("is called after its stack, and tags what can be tagged", () => {
    const untaggable = [
      "Route",
      "RouteTableAssociation",
      "RolePolicy",
      "RolePolicyAttachment",
      "AccessPolicyAssociation",
      "Alias",
      "FileSystemPolicy",
      "MountTarget",
    ];
    for (const { custom, type, key, inputs } of all) {
      if (!custom || !type.startsWith("aws:")) continue;
      const kind = type.slice(type.lastIndexOf(":") + 1);
      if (untaggable.includes(kind) || (kind.startsWith("Bucket") && kind !== "Bucket")) continue;
      const tags = object(inputs, "tags");
      assert.equal(tags["managed-by"], "quint", key);
      assert.equal(tags.stack, "production", key);
      if (tags.Name !== undefined) assert.match(text(tags, "Name"), /^quint-production-/, key);
    }
    for (const { inputs } of ofType(all, "LaunchTemplate")) {
      const specifications = list(inputs, "tagSpecifications") as { resourceType: string; tags: object }[];
      assert.deepEqual(
        specifications.map(({ resourceType }) => resourceType),
        ["instance", "volume", "network-interface"],
      );
    }
  });

  it("works in the account of the settings alone", () => {
    const provider = named(all, "aws", "cluster").inputs;
    assert.equal(provider.allowedAccountIds, JSON.stringify(["123456789012"]));
    assert.equal(provider.region, "eu-central-1");
  });

  it("is reached with credentials that `aws` makes", () => {
    const provider = named(all, "kubernetes", "cluster-kubernetes").inputs;
    const { users } = JSON.parse(text(provider, "kubeconfig")) as {
      users: { user: { exec: { command: string; args: string[] } } }[];
    };
    assert.deepEqual(users[0]?.user.exec.command, "aws");
    assert.deepEqual(users[0].user.exec.args.slice(0, 4), [
      "eks",
      "get-token",
      "--cluster-name",
      "quint-production",
    ]);
    assert.match(text(provider, "clusterIdentifier"), /^https:\/\/0123456789ABCDEF\./);
  });

  it("changes what a public API server needs, and nothing else", async () => {
    const { registered } = await recordEks({
      api: { access: "public", allowedCidrs: ["203.0.113.0/24"] },
    });
    assert.deepEqual(changed(all, registered), {
      added: [],
      removed: [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::cluster-control-plane-from-10-200-0-0-24",
      ],
      different: ["aws:eks/cluster:Cluster::cluster-control-plane"],
    });
    const control = object(named(registered, "Cluster", "cluster-control-plane").inputs, "vpcConfig");
    assert.deepEqual(control.publicAccessCidrs, ["203.0.113.0/24"]);
    assert.equal(control.endpointPrivateAccess, true);
  });

  it("leaves the other zones' subnets alone when a zone is added", async () => {
    const { registered } = await recordEks({ zones: ["eu-central-1d", ...zones] });
    const { removed, different } = changed(all, registered);
    assert.deepEqual(removed, []);
    assert.deepEqual(different, [
      "aws:ec2/vpcEndpoint:VpcEndpoint::cluster-network-s3",
      "aws:eks/cluster:Cluster::cluster-control-plane",
    ]);
  });

  it("registers the same a second time", async () => {
    assert.deepEqual(comparable((await recordEks()).registered), comparable(all));
  });

  it("can be previewed before it is there, and waits for a kubeconfig that comes late", async () => {
    const first = await recordEks({}, { firstPreview: true });
    assert.deepEqual(first.registered.map(({ key }) => key).sort(), all.map(({ key }) => key).sort());
    const provider = named(first.registered, "kubernetes", "cluster-kubernetes").inputs;
    assert.equal(provider.kubeconfig, "<unknown>");
    assert.equal(provider.clusterIdentifier, "<unknown>");

    const late = await recordEks({}, { slow: { "aws:eks/cluster:Cluster": 150 } });
    const order = late.registered.map(({ type }) => type);
    const cluster = order.indexOf("aws:eks/cluster:Cluster");
    for (const type of ["pulumi:providers:kubernetes", "kubernetes:storage.k8s.io/v1:StorageClass"]) {
      assert.ok(order.indexOf(type) > cluster, type);
    }
    assert.deepEqual(comparable(late.registered), comparable(all));
  });

  it("says what later parts ask for, and lets ServiceAccounts use the bucket", async () => {
    const { facts } = (await recordEks()).result;
    assert.deepEqual(facts.apiServerCidrs, [
      "10.0.224.0/28",
      "10.0.224.16/28",
      "10.0.224.32/28",
      "172.20.0.1/32",
    ]);
    assert.deepEqual(facts.objectStore, {
      kind: "s3",
      bucket: "quint-production-backups-123456789012-eu-central-1",
      region: "eu-central-1",
      kmsKey: "alias/quint-production-backups",
      credentials: { how: "workload-identity" },
    });
    assert.equal(facts.loadBalancers.class, "service.k8s.aws/nlb");
    assert.equal(typeof facts.workloadIdentity.grantObjectStore, "function");
  });
});
