/**
 * What a restore drill may ask of Velero, which restores with its own rights whatever a Restore says, wherever it says:
 * over what is there, with commands in pods, what belongs to the whole cluster. Rights know the kind alone.
 */
import { text, texts, type AdmissionPolicy } from "./policy.ts";

export interface DrillScope {
  readonly platform: string;
  /** ServiceAccount of the drill; what it restores goes into its namespace. */
  readonly account: { readonly namespace: string; readonly name: string };
  /** Namespaces that it restores claims of. */
  readonly from: readonly string[];
}

/** The label by which the drill knows its own Restores (services/recovery/stores/volumes.ts): the drill's namespace. */
const ownLabel = "quint.dev/restore-drill";
/** All that the drill says. A field that a later Velero knows is refused until it is looked at. */
const fields = [
  "backupName",
  "includedNamespaces",
  "includedResources",
  "namespaceMapping",
  "existingResourcePolicy",
];
const claims = ["persistentvolumeclaims", "persistentvolumes"];

/** The policy on the Restores of one drill; everyone else's are left alone. */
export function drillRestores({ platform, account, from }: DrillScope): AdmissionPolicy {
  const { namespace, name } = account;
  const validation = (expression: string, message: string) => ({
    rule: "restore-drill",
    expression,
    message: `${message}; the drill of ${platform} asks for nothing else`,
  });
  // Of a Restore that goes only the label counts: Velero has written into its spec since.
  const asked = (expression: string, message: string) =>
    validation(`request.operation == 'DELETE' || (${expression})`, message);
  return {
    name: `${platform}-restore-drill`,
    resources: [{ apiGroups: ["velero.io"], apiVersions: ["v1"], resources: ["restores"] }],
    operations: ["CREATE", "UPDATE", "DELETE"],
    of: "everyone",
    where: "cluster",
    when: `request.userInfo.username == ${text(`system:serviceaccount:${namespace}:${name}`)}`,
    variables: {
      restore: "request.operation == 'CREATE' ? object : oldObject",
      namespaces: "request.operation == 'DELETE' ? [] : object.spec.?includedNamespaces.orValue([])",
      resources: "request.operation == 'DELETE' ? [] : object.spec.?includedResources.orValue([])",
    },
    validations: [
      validation(
        `variables.restore.metadata.?labels[?${text(ownLabel)}].orValue('') == ${text(namespace)}`,
        `label the Restore ${ownLabel}: ${namespace}, and leave those of others alone`,
      ),
      // Seen as a map: what has a schema has no keys to go through.
      asked(
        `dyn(object.spec).all(field, field in ${texts(fields)})`,
        `say ${fields.join(", ")}: no hooks, no resources of the cluster`,
      ),
      asked(
        `variables.namespaces.size() > 0 && variables.namespaces.all(n, n in ${texts(from)})`,
        `name includedNamespaces, of ${from.join(", ")}`,
      ),
      asked(
        `variables.namespaces.all(n, object.spec.?namespaceMapping[?n].orValue('') == ${text(namespace)})`,
        `map each namespace to ${namespace} (namespaceMapping)`,
      ),
      asked(
        `variables.resources.size() > 0 && variables.resources.all(r, r in ${texts(claims)})`,
        `name includedResources, of ${claims.join(", ")}`,
      ),
      asked(
        "object.spec.?existingResourcePolicy.orValue('none') == 'none'",
        "leave what is there (existingResourcePolicy: none)",
      ),
    ],
  };
}
