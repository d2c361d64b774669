/** Everything that each kind of cluster registers. A change here is a change to somebody's cloud. */
import { KindCluster } from "../../components/cluster/kind/index.ts";
import { assertGolden, sortedJson } from "../support/golden.ts";
import { recordEks, recordOffsite } from "../unit/cluster/eks-stack.ts";
import { parsedKind } from "../unit/cluster/kind-stack.ts";
import { recordOke } from "../unit/cluster/oke-stack.ts";
import { record, type Recorded, type Registered } from "../unit/cluster/recorder.ts";

const publicApi = { api: { access: "public", allowedCidrs: ["203.0.113.0/24"] } };

const variants: Readonly<Record<string, () => Promise<Recorded<unknown>>>> = {
  oke: () => recordOke(),
  "oke-public": () => recordOke(publicApi),
  eks: () => recordEks(),
  "eks-public": () => recordEks(publicApi),
  "offsite-bucket": () => recordOffsite(),
  kind: () =>
    record(() => new KindCluster("cluster", { stack: "dev", settings: parsedKind(), sharedFolder: "/shared" })),
};

/** Policies and configurations are text to the cloud, and mappings to whoever reads a difference. */
function readable(value: unknown): unknown {
  if (typeof value === "string" && /^[[{]/.test(value)) {
    try {
      return { "(text)": readable(JSON.parse(value)) };
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, key === "__provider" ? "<source>" : readable(child)]),
  );
}

/** Dependencies have tests of their own; here they would hide everything else. */
function shown({ inputs, parent, provider, ...options }: Registered): object {
  const { deletedWith, retainOnDelete, ignoreChanges, additionalSecretOutputs } = options;
  return { inputs: readable(inputs), parent, provider, deletedWith, retainOnDelete, ignoreChanges, additionalSecretOutputs };
}

describe("registrations of clusters", () => {
  for (const [variant, recordVariant] of Object.entries(variants)) {
    it(`${variant} registers what it did`, async () => {
      const { registered } = await recordVariant();
      const byKey = Object.fromEntries(registered.map((one) => [one.key, shown(one)]));
      assertGolden(`clusters/${variant}.json`, sortedJson(byKey));
    });
  }
});
