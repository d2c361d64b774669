/** OKE clusters for tests: settings as a stack would have them, and what Oracle's cloud would answer. */
import { oke, type OkeSettings } from "../../../config/schema/cluster-oke.ts";
import type { CalicoPins, OkeCluster } from "../../../components/cluster/oke/index.ts";
import { productionPools } from "./production-pools.ts";
import { record, type Answers, type Computed, type Recorded, type RecorderOptions } from "./recorder.ts";

export const zones = ["EU-FRANKFURT-1-AD-1", "EU-FRANKFURT-1-AD-2", "EU-FRANKFURT-1-AD-3"];

/** Production's shape: private, both architectures, one pool that grows. */
export const okeSettings = {
  type: "oke",
  region: "eu-frankfurt-1",
  homeRegion: "eu-zurich-1",
  tenancy: "ocid1.tenancy.oc1..aaaatenancy",
  compartment: "ocid1.compartment.oc1..aaaacompartment",
  objectStorageNamespace: "quintnamespace",
  kubernetesVersion: "1.36.1",
  api: { access: "private", allowedCidrs: ["10.200.0.0/24"] },
  registryAccess: true,
  dnsZone: "production.example.com",
  nodePools: productionPools(
    zones,
    { instanceType: "VM.Standard.A1.Flex", memoryGiB: 24 },
    { instanceType: "VM.Standard.E5.Flex", memoryGiB: 64 },
  ),
};

export function parsedOke(changes: object = {}): OkeSettings {
  return oke.parse({ ...okeSettings, ...changes });
}

export const calicoPins: CalicoPins = {
  definitions: {
    source: {
      chart: "crd.projectcalico.org.v1",
      repository: "https://charts.example.com/calico",
      version: "v3.32.1",
    },
    images: {},
  },
  image: "quay.io/calico/node:v3.32.1",
};

const image = (name: string) => ({ imageId: `ocid1.image..${name}`, sourceName: name, sourceType: "IMAGE" });

/** What OKE lists: older and newer builds, both architectures, and images for GPUs. */
export const imageSources = [
  image("Oracle-Linux-8.10-2026.05.20-0-OKE-1.36.1-1190"),
  image("Oracle-Linux-8.10-2026.08.14-0-OKE-1.36.1-1312"),
  image("Oracle-Linux-8.10-Gen2-GPU-2026.09.01-0-OKE-1.36.1-1400"),
  image("Oracle-Linux-8.10-aarch64-2026.05.20-0-OKE-1.36.1-1190"),
  image("Oracle-Linux-8.10-aarch64-2026.08.14-0-OKE-1.36.1-1312"),
  image("Oracle-Linux-8.10-aarch64-2026.08.14-0-OKE-1.35.2-1313"),
];

export const okeAnswers: Answers = {
  "oci:Core/getServices:getServices": () => ({
    id: "services",
    services: [
      {
        id: "ocid1.service..all",
        name: "All FRA Services In Oracle Services Network",
        cidrBlock: "all-fra-services-in-oracle-services-network",
      },
    ],
  }),
  "oci:Identity/getAvailabilityDomains:getAvailabilityDomains": () => ({
    id: "domains",
    availabilityDomains: zones.map((zone) => ({ name: `Uocm:${zone}` })),
  }),
  "oci:ContainerEngine/getNodePoolOption:getNodePoolOption": () => ({ id: "all", sources: imageSources }),
  // OKE's own, with a token that must not get any further.
  "oci:ContainerEngine/getClusterKubeConfig:getClusterKubeConfig": ({ endpoint }) => ({
    id: "kubeconfig",
    content: [
      "apiVersion: v1",
      "clusters:",
      "- name: cluster-c1234",
      `  cluster: {server: 'https://${endpoint === "PUBLIC_ENDPOINT" ? "203.0.113.7" : "10.0.145.18"}:6443', certificate-authority-data: Q0E=}`,
      "users:",
      "- name: user-c1234",
      "  user: {token: a-static-token}",
    ].join("\n"),
  }),
};

export const okeComputed: Computed = {
  "oci:Core/vcn:Vcn": (name) => ({ defaultSecurityListId: `${name}-default-list` }),
  "oci:Kms/vault:Vault": (name) => ({ managementEndpoint: `https://${name}.kms.example.com` }),
  "oci:Identity/customerSecretKey:CustomerSecretKey": () => ({ key: "the-secret-key" }),
  "oci:Identity/authToken:AuthToken": () => ({ token: "the-auth-token" }),
  "oci:Dns/zone:Zone": () => ({ nameservers: [{ hostname: "ns1.example.com" }] }),
};

/** Records the cluster of a stack called `production`. */
export function recordOke(
  changes: object = {},
  options: RecorderOptions = {},
): Promise<Recorded<OkeCluster>> {
  return record(
    async () => {
      const { OkeCluster: Oke } = await import("../../../components/cluster/oke/index.ts");
      return new Oke("cluster", {
        stack: "production",
        settings: parsedOke(changes),
        calico: calicoPins,
      });
    },
    { answers: okeAnswers, computed: okeComputed, ...options },
  );
}
