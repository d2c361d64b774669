/** Which add-ons a stack gets, in the order in which they are installed, and what is wrong with what was disabled. */
import { addOnNames, addOnOf, type AddOnName } from "../../config/catalog/add-ons.ts";
import type { Problem } from "../../config/problems.ts";
import { keyOf } from "../../config/values.ts";
import { offsiteProblems } from "./offsite.ts";
import type { Need } from "./needs.ts";
import type { FoundationStack } from "./stack.ts";

export interface Selection {
  /** Add-on -> who asked for it, in the order of installation. */
  readonly addOns: ReadonlyMap<AddOnName, readonly string[]>;
  readonly problems: readonly Problem[];
}

/** Follows needs from add-on to add-on. */
export function selectAddOns(stack: FoundationStack, needs: readonly Need[]): Selection {
  const disabled = new Set(stack.foundation.disable);
  const always = addOnNames.filter(
    (name) => addOnOf(name).when === "always" && !disabled.has(name) && !leftOut(name, stack),
  );
  const asked = new Map<AddOnName, string[]>();
  const open: Need[] = [...always.map((addOn) => ({ addOn, by: "always" })), ...needs];
  for (let need = open.shift(); need !== undefined; need = open.shift()) {
    const { addOn, by } = need;
    const known = asked.get(addOn);
    asked.set(addOn, [...(known ?? []), by]);
    if (known === undefined) {
      const further = Object.entries(addOnOf(addOn).needs) as [AddOnName, string][];
      open.push(...further.map(([other, reason]) => ({ addOn: other, by: `add-on ${addOn} (${reason})` })));
    }
  }
  return {
    addOns: new Map(addOnNames.flatMap((name) => entry(name, asked.get(name)))),
    problems: [
      ...disabledButNeeded(stack, asked),
      ...withoutAStore(stack, asked),
      ...withoutAVault(stack),
      ...offsiteProblems(stack),
    ],
  };
}

function entry(name: AddOnName, askedBy: readonly string[] | undefined): [AddOnName, readonly string[]][] {
  return askedBy === undefined ? [] : [[name, [...new Set(askedBy)]]];
}

/** Clusters that bring an object store and a vault, or where nothing is really stored. */
const bringStores = new Set(["oke", "eks", "simulated", "embedded"]);

/** A laptop's cluster has nowhere to put backups, unless its settings say where. */
function leftOut(name: AddOnName, { cluster, environment, foundation }: FoundationStack): boolean {
  return (
    name === "velero" &&
    // Any stack can be tried on kind (`--cluster kind`), which is as disposable as dev.
    (environment === "dev" || cluster.type === "kind") &&
    !bringStores.has(cluster.type) &&
    foundation.backups === undefined
  );
}

function disabledButNeeded(
  stack: FoundationStack,
  asked: ReadonlyMap<AddOnName, readonly string[]>,
): Problem[] {
  return stack.foundation.disable.flatMap((name, index): Problem[] => {
    const by = [...new Set(asked.get(name) ?? [])];
    return by.length === 0
      ? []
      : [
          {
            key: keyOf(["foundation", "disable", index]),
            value: name,
            reason: `leaves out \`${name}\`, and it is needed by ${someOf(by)}`,
            remedy: `take \`${name}\` out of \`disable\`, or do without what needs it`,
          },
        ];
  });
}

/** A few of many who need the same. */
function someOf(by: readonly string[], most = 5): string {
  const rest = by.length - most;
  return rest > 0 ? `${by.slice(0, most).join(", ")} and ${rest} more` : by.join(", ");
}

function withoutAStore(stack: FoundationStack, asked: ReadonlyMap<AddOnName, unknown>): Problem[] {
  return asked.has("velero") && !bringStores.has(stack.cluster.type) && stack.foundation.backups === undefined
    ? [
        {
          key: keyOf(["foundation", "backups"]),
          value: "(not set)",
          reason: `is required: \`velero\` needs an object store, and a cluster of type \`${stack.cluster.type}\` brings none`,
          remedy:
            "backups:\n  bucket: your-backups\n  region: eu-central-1\nor, without backups, `disable: [velero]`",
        },
      ]
    : [];
}

function withoutAVault({ cluster, foundation }: FoundationStack): Problem[] {
  return foundation.secretStores.flatMap(({ kind }, index): Problem[] =>
    kind === "cluster" && !bringStores.has(cluster.type)
      ? [
          {
            key: keyOf(["foundation", "secretStores", index, "kind"]),
            value: kind,
            reason: `is the vault that comes with the cluster, and a cluster of type \`${cluster.type}\` brings none`,
            remedy: "`kind: aws`, `kind: oci` or `kind: vault`, with what it needs",
          },
        ]
      : [],
  );
}
