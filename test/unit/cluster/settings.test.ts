/** Settings of clusters that Quint makes: what is refused, where, why, and what to write instead. */
import assert from "node:assert/strict";
import type { z } from "zod";
import { eks, offsiteBucket } from "../../../config/schema/cluster-eks.ts";
import { instanceType } from "../../../config/schema/cluster-eks-types.ts";
import { kind } from "../../../config/schema/cluster-kind.ts";
import { oke } from "../../../config/schema/cluster-oke.ts";
import { eksSettings } from "./eks-stack.ts";
import { kindSettings } from "./kind-stack.ts";
import { okeSettings } from "./oke-stack.ts";

/** The one problem of some settings: its place, its reason and its remedy. */
function problem(schema: z.ZodType, settings: object): string[] {
  const { error } = schema.safeParse(settings);
  assert.ok(error, "the settings are right");
  const { issues } = error;
  assert.equal(issues.length, 1, JSON.stringify(issues, undefined, 2));
  const [issue] = issues;
  const remedy = issue?.code === "custom" ? String(issue.params?.remedy) : "";
  return [issue?.path.join(".") ?? "", issue?.message ?? "", remedy];
}

/** Settings without some keys. */
function without(settings: object, ...keys: string[]): object {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)));
}

const [arm, x86] = okeSettings.nodePools;
const okeWith = (pool: object, at = arm) => ({ ...okeSettings, nodePools: [{ ...at, ...pool }] });
const eksWith = (pool: object) => ({ ...eksSettings, nodePools: [{ ...eksSettings.nodePools[0], ...pool }] });

describe("settings of OKE clusters", () => {
  it("take defaults that close and encrypt", () => {
    const parsed = oke.parse(without(okeSettings, "api", "registryAccess", "dnsZone", "homeRegion"));
    assert.deepEqual(parsed.api, { access: "private", allowedCidrs: [] });
    assert.deepEqual(parsed.backups, { retentionDays: 30, keep: true });
    assert.equal(parsed.keyProtection, "HSM");
    assert.equal(parsed.registryAccess, false);
    assert.deepEqual(parsed.storageClasses, { readWriteOnce: "oci-bv-vault", readWriteMany: "oci-fss" });
  });

  it("refuse an architecture that the shape does not have", () => {
    assert.deepEqual(problem(oke, okeWith({ architecture: "amd64" })), [
      "nodePools.0.architecture",
      "of pool `general-arm64` does not fit its shape: VM.Standard.A1.Flex has arm64 processors",
      "`architecture: arm64`, or another shape",
    ]);
  });

  it("count CPUs in whole OCPUs: two on x86 and A2, one on A1", () => {
    assert.deepEqual(problem(oke, okeWith({ cpu: 3 }, x86)), [
      "nodePools.0.cpu",
      "of pool `compute-amd64` is 1.5 OCPUs of VM.Standard.E5.Flex, which comes in whole OCPUs of 2 CPUs",
      "`cpu: 2` or `cpu: 4`",
    ]);
    assert.deepEqual(
      problem(oke, okeWith({ cpu: 5, instanceType: "VM.Standard.A2.Flex" }))[0],
      "nodePools.0.cpu",
    );
    assert.ok(oke.safeParse(okeWith({ cpu: 3 })).success);
  });

  it("know how much memory a shape takes", () => {
    assert.deepEqual(problem(oke, okeWith({ cpu: 2, memoryGiB: 256 })), [
      "nodePools.0.memoryGiB",
      "of pool `general-arm64` is not a whole number from 2 to 128, which is what VM.Standard.A1.Flex has with 2 OCPUs",
      "`memoryGiB: 128`",
    ]);
  });

  it("refuse unknown shapes, small disks and zones of another form", () => {
    assert.match(
      problem(oke, okeWith({ instanceType: "VM.Standard.A3.Flex" })).join(" | "),
      /^nodePools\.0\.instanceType \| of pool `general-arm64` is no shape that Quint knows \| one of VM\.Standard\.A1\.Flex, /,
    );
    assert.equal(problem(oke, okeWith({ diskGiB: 40 }))[0], "nodePools.0.diskGiB");
    assert.equal(problem(oke, okeWith({ zones: ["a"] }))[0], "nodePools.0.zones.0");
  });

  it("keep the count between the autoscaler's bounds", () => {
    assert.deepEqual(problem(oke, okeWith({ count: 12 })), [
      "nodePools.0.count",
      "of pool `general-arm64` is not between `autoscaling.min` (3) and `autoscaling.max` (9)",
      "`count: 9`",
    ]);
    assert.equal(
      problem(oke, okeWith({ autoscaling: { min: 9, max: 3 } }))[0],
      "nodePools.0.autoscaling.min",
    );
    assert.equal(problem(oke, { ...okeSettings, nodePools: [arm, arm] })[0], "nodePools.1.name");
  });

  it("refuse networks that are not private, too small, or in each other's way", () => {
    const network = (cidr: string, servicesCidr = "10.96.0.0/16") => ({
      ...okeSettings,
      network: { cidr, servicesCidr },
    });
    assert.match(problem(oke, network("11.0.0.0/16"))[1] ?? "", /^is not private/);
    assert.match(problem(oke, network("10.0.0.0/24"))[1] ?? "", /^is not between \/16 and \/20/);
    assert.match(problem(oke, network("10.0.1.0/16"))[1] ?? "", /^has bits set behind its prefix/);
    assert.deepEqual(problem(oke, network("10.96.0.0/16")), [
      "network.servicesCidr",
      "(10.96.0.0/16) overlaps the addresses of the VCN (10.96.0.0/16)",
      "a range outside `cidr`, e.g. `servicesCidr: 192.168.0.0/16`",
    ]);
  });

  it("want a Kubernetes with native sidecars", () => {
    assert.match(
      problem(oke, { ...okeSettings, kubernetesVersion: "1.28.9" }).join(" | "),
      /^kubernetesVersion \| is older than 1\.29, and the mesh's proxies are native sidecars.* \| a version/,
    );
    assert.equal(problem(eks, { ...eksSettings, kubernetesVersion: "1.27" })[0], "kubernetesVersion");
    assert.ok(oke.safeParse({ ...okeSettings, kubernetesVersion: "1.29.1" }).success);
  });

  it("never open the API server to the world", () => {
    const api = (value: object) => ({ ...okeSettings, api: value });
    assert.match(problem(oke, api({ access: "public" }))[1] ?? "", /nobody could reach a public API server/);
    assert.deepEqual(problem(oke, api({ access: "public", allowedCidrs: ["0.0.0.0/0"] })).slice(0, 2), [
      "api.allowedCidrs.0",
      "lets a large part of the internet try the API server",
    ]);
  });

  it("want names of the cloud in the cloud's form", () => {
    for (const [key, value] of [
      ["region", "Frankfurt"],
      ["tenancy", "ocid1.compartment.oc1..aaaa"],
      ["compartment", "my-compartment"],
      ["kubernetesVersion", "v1.36.1"],
      ["nodeImageBuild", "latest"],
    ] as const) {
      assert.equal(problem(oke, { ...okeSettings, [key]: value })[0], key);
    }
  });

  it("want a region that Oracle has, and say which is nearest", () => {
    const unknown = "is no region of OCI's commercial realm";
    for (const [key, value, remedy] of [
      ["region", "eu-frankfort-1", /^`eu-frankfurt-1`$/],
      ["homeRegion", "us-pheonix-1", /^`us-phoenix-1`$/],
      ["region", "xx-nowhere-9", /^one of `af-casablanca-1`, .*`us-sanjose-1`$/],
    ] as const) {
      const [path, reason, wanted = ""] = problem(oke, { ...okeSettings, [key]: value });
      assert.deepEqual([path, reason], [key, unknown]);
      assert.match(wanted, remedy);
    }
  });
});

describe("settings of EKS clusters", () => {
  it("read architecture and size from a type's name", () => {
    const cases = {
      "m7g.xlarge": ["arm64", 4, 16],
      "c7gn.2xlarge": ["arm64", 8, 16],
      "r8g.medium": ["arm64", 1, 8],
      "t4g.large": ["arm64", 2, 8],
      "m7i-flex.large": ["amd64", 2, 8],
      "r7i.2xlarge": ["amd64", 8, 64],
      "t3.medium": ["amd64", 2, 4],
    };
    for (const [name, [architecture, cpu, memoryGiB]] of Object.entries(cases)) {
      assert.deepEqual(instanceType(name), { architecture, size: { cpu, memoryGiB } }, name);
    }
    // The g of a family is not the g of Graviton.
    assert.equal(instanceType("g5.xlarge")?.architecture, "amd64");
    assert.equal(instanceType("g5g.xlarge")?.architecture, "arm64");
    assert.equal(instanceType("im4gn.large")?.architecture, "arm64");
    assert.equal(instanceType("VM.Standard.A1.Flex"), undefined);
  });

  it("refuse a pool that says other than its type", () => {
    assert.deepEqual(problem(eks, eksWith({ architecture: "amd64" })), [
      "nodePools.0.architecture",
      "of pool `general-arm64` does not fit its type: m7g.xlarge has arm64 processors",
      "`architecture: arm64`, or another type",
    ]);
    assert.deepEqual(problem(eks, eksWith({ cpu: 8 })), [
      "nodePools.0.cpu",
      "of pool `general-arm64` is not what m7g.xlarge has: 4",
      "`cpu: 4`, or another type",
    ]);
  });

  it("refuse zones outside the region, and pools outside the zones", () => {
    assert.deepEqual(problem(eks, { ...eksSettings, zones: [...eksSettings.zones, "eu-west-1a"] }), [
      "zones.3",
      "is not a zone of eu-central-1",
      "a zone of the region, e.g. `eu-central-1a`",
    ]);
    assert.deepEqual(problem(eks, eksWith({ zones: ["eu-central-1f"] })).slice(0, 2), [
      "nodePools.0.zones.0",
      "of pool `general-arm64` is not among the cluster's zones",
    ]);
  });

  it("default no version", () => {
    for (const key of ["kubernetesVersion", "addOns"] as const) {
      assert.equal(problem(eks, { ...eksSettings, [key]: undefined })[0], key);
    }
    const addOns = without(eksSettings.addOns, "vpcCni");
    assert.equal(problem(eks, { ...eksSettings, addOns })[0], "addOns.vpcCni");
  });

  it("want somebody to administer the cluster, and an account of 12 digits", () => {
    assert.equal(problem(eks, { ...eksSettings, administrators: [] })[0], "administrators");
    assert.equal(problem(eks, { ...eksSettings, account: "1234" })[0], "account");
    assert.equal(problem(offsiteBucket, { region: "eu-west-1", account: "1234" })[0], "account");
  });
});

describe("settings of kind clusters", () => {
  it("refuse pools of different architectures, and more workers than a machine carries", () => {
    const [pool] = kindSettings.nodePools;
    assert.match(
      problem(kind, {
        ...kindSettings,
        nodePools: [pool, { ...pool, name: "other", architecture: "arm64" }],
      }).join(" | "),
      /^nodePools\.1\.architecture \| of pool `other` differs from that of `general`.* \| `architecture: amd64`; to try both, use `type: simulated`$/,
    );
    assert.equal(
      problem(kind, { ...kindSettings, nodePools: [{ ...pool, count: 17 }] })[0],
      "nodePools.0.count",
    );
  });

  it("refuse one port for both, and an autoscaler", () => {
    assert.equal(problem(kind, { ...kindSettings, ports: { http: 8443 } })[0], "ports.https");
    const [pool] = kindSettings.nodePools;
    const grown = { ...kindSettings, nodePools: [{ ...pool, autoscaling: { min: 1, max: 3 } }] };
    assert.equal(problem(kind, grown)[0], "nodePools.0");
  });
});
