/** What add-ons take from the cluster that they are on: its bucket, its vault, its load balancer, its API server. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../../components/cluster/contract.ts";
import { SettingsError } from "../../../config/problems.ts";
import { factsOf, objectsIn, registrationsOn, releasesIn, specOf } from "./stack.ts";

/** A cluster as OKE's maker describes it, in short. */
const cloud: ClusterFacts = {
  ...factsOf(true),
  apiServerCidrs: ["10.0.145.16/28"],
  apiServerPorts: [6443],
  loadBalancers: {
    kind: "oci-network",
    annotations: { "example.com/group": pulumi.output("ocid1.group") },
    externalTrafficPolicy: "Cluster",
    proxyProtocol: true,
  },
  workloadIdentity: { kind: "oke", tokenPorts: [12250] },
  objectStore: {
    kind: "oci",
    bucket: "quint-production-backups",
    region: "eu-frankfurt-1",
    endpoint: "https://example.compat.objectstorage.eu-frankfurt-1.oraclecloud.com",
    credentials: {
      how: "access-key",
      accessKeyId: pulumi.secret("the-id"),
      secretAccessKey: pulumi.secret("the-key"),
    },
  },
  secretStore: { kind: "oci-vault", region: "eu-frankfurt-1", vault: pulumi.output("ocid1.vault") },
};

const own = specOf("production", { foundation: { secretStores: [{ kind: "cluster", name: "own" }] } });

interface VeleroValues {
  readonly credentials: object;
  readonly configuration: { readonly backupStorageLocation: readonly { readonly bucket: string }[] };
}

describe("foundation on a cluster of a cloud", () => {
  it("keeps backups in the cluster's bucket, whose key is in a Secret and in no value", async () => {
    const registrations = await registrationsOn(cloud, own);
    const release = releasesIn(registrations).get("velero");
    const { configuration, credentials } = release?.values as unknown as VeleroValues;
    assert.equal(configuration.backupStorageLocation[0]?.bucket, "quint-production-backups");
    assert.deepEqual(credentials, { useSecret: true, existingSecret: "velero-object-store" });
    assert.doesNotMatch(JSON.stringify(release), /the-key/);
    const [secret] = objectsIn(registrations, "Secret").filter(
      ({ metadata }) => metadata.name === "velero-object-store",
    );
    const { value } = (secret as unknown as { data: { value: { cloud: string } } }).data;
    assert.equal(
      Buffer.from(value.cloud, "base64").toString(),
      "[default]\naws_access_key_id=the-id\naws_secret_access_key=the-key\n",
    );
  });

  it("gives Velero's pods rights on the bucket where pods have an identity, and no key", async () => {
    const granted: string[] = [];
    const registrations = await registrationsOn(
      {
        ...cloud,
        objectStore: { ...cloud.objectStore!, credentials: { how: "workload-identity" } },
        workloadIdentity: {
          kind: "eks-pod-identity",
          tokenPorts: [],
          grantObjectStore: (name, { namespace, name: account }, rights) => {
            granted.push(`${namespace}/${account} ${JSON.stringify(rights)}`);
            return new pulumi.ComponentResource("test:Grant", name);
          },
        },
      },
      own,
    );
    assert.deepEqual(granted, ['velero/velero-server "all"']);
    const { credentials } = releasesIn(registrations).get("velero")?.values as unknown as VeleroValues;
    assert.deepEqual(credentials, { useSecret: false });
    const policy = objectsIn(registrations, "NetworkPolicy").find(
      ({ metadata }) => metadata.name === "velero",
    );
    assert.match(JSON.stringify(policy?.spec.egress), /"cidr":"169\.254\.170\.23\/32"/);
  });

  it("prefers the bucket that the settings name", async () => {
    const backups = { bucket: "elsewhere", region: "eu-central-1", secret: "my-key" };
    const registrations = await registrationsOn(cloud, specOf("production", { foundation: { backups } }));
    const { configuration, credentials } = releasesIn(registrations).get("velero")
      ?.values as unknown as VeleroValues;
    assert.equal(configuration.backupStorageLocation[0]?.bucket, "elsewhere");
    assert.deepEqual(credentials, { useSecret: true, existingSecret: "my-key" });
    assert.ok(
      !objectsIn(registrations, "Secret").some(({ metadata }) => metadata.name === "velero-object-store"),
    );
  });

  it("asks the cluster's load balancer for the gateway, and learns clients' addresses from it", async () => {
    const values = releasesIn(await registrationsOn(cloud, own)).get("istio-ingress")?.values;
    assert.deepEqual(values?.service, {
      type: "LoadBalancer",
      externalTrafficPolicy: "Cluster",
      annotations: { "example.com/group": "ocid1.group" },
    });
    assert.deepEqual(values.podAnnotations, {
      "proxy.istio.io/config": '{"gatewayTopology":{"proxyProtocol":{}}}',
    });
  });

  it("takes the node ports that the cluster leads to where there is no load balancer", async () => {
    const values = releasesIn(
      await registrationsOn(
        {
          ...cloud,
          loadBalancer: false,
          loadBalancers: {
            kind: "host-ports",
            annotations: {},
            externalTrafficPolicy: "Local",
            proxyProtocol: false,
            nodePorts: { http: 30080, https: 30443 },
          },
        },
        own,
      ),
    ).get("istio-ingress")?.values;
    const { type, ports } = values?.service as { type: string; ports: { port: number; nodePort?: number }[] };
    assert.equal(type, "NodePort");
    assert.deepEqual(
      ports.map(({ port, nodePort }) => [port, nodePort]),
      [
        [15021, undefined],
        [80, 30080],
        [443, 30443],
      ],
    );
    assert.equal(values?.podAnnotations, undefined);
  });

  it("lets pods out to the API server and to where their identity comes from, by address", async () => {
    const policies = objectsIn(await registrationsOn(cloud, own), "NetworkPolicy");
    const egress = (name: string) =>
      JSON.stringify(policies.find(({ metadata }) => metadata.name === name)?.spec.egress);
    const rule = (port: number) =>
      `{"ports":[{"port":${port},"protocol":"TCP"}],"to":[{"ipBlock":{"cidr":"10.0.145.16/28"}}]}`;
    assert.equal(egress("cert-manager-cainjector"), `[${rule(6443)}]`);
    assert.ok(egress("velero").includes(rule(12250)), egress("velero"));
  });

  it("reads secrets from the cluster's vault where the settings say so", async () => {
    const [store] = objectsIn(await registrationsOn(cloud, own), "ClusterSecretStore");
    assert.deepEqual(store?.spec.provider, {
      oracle: {
        region: "eu-frankfurt-1",
        vault: "ocid1.vault",
        principalType: "Workload",
        serviceAccountRef: { name: "external-secrets", namespace: "external-secrets" },
      },
    });
    assert.deepEqual(objectsIn(await registrationsOn(factsOf(false), own), "ClusterSecretStore"), []);
  });

  it("is refused the vault of a cluster that has none", () => {
    const secretStores = [{ kind: "cluster", name: "own" }];
    assert.throws(
      () => specOf("dev", { clusterType: "kind", foundation: { secretStores } }),
      (error: unknown) =>
        error instanceof SettingsError &&
        error.problems[0]?.key === "quint:foundation.secretStores[0].kind" &&
        error.problems[0].reason.includes("a cluster of type `kind` brings none"),
    );
  });
});
