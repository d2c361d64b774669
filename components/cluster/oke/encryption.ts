/** The Vault and its keys: one for what lives with the cluster, one for backups, which outlive it. */
import { DynamicGroup } from "@pulumi/oci/identity/dynamicGroup.js";
import { Policy } from "@pulumi/oci/identity/policy.js";
import { Key } from "@pulumi/oci/kms/key.js";
import { Vault } from "@pulumi/oci/kms/vault.js";
import * as pulumi from "@pulumi/pulumi";
import type { OkeContext } from "./context.ts";
import { statement, type Statement } from "./policy.ts";

export interface OkeEncryptionArgs {
  readonly context: OkeContext;
  readonly tenancy: string;
  readonly protection: "HSM" | "SOFTWARE";
  /** Whether the Vault and the backups' key stay when the stack is destroyed. */
  readonly keep: boolean;
}

export interface EncryptionOptions extends pulumi.ComponentResourceOptions {
  /** Provider of the tenancy's home region, where IAM is written. */
  readonly home: pulumi.ProviderResource;
}

/** Keys, and the rights of Oracle's services to use them. Without the rights, clusters and volumes cannot be made. */
export class OkeEncryption extends pulumi.ComponentResource {
  readonly vault: pulumi.Output<string>;
  /** OCID of the key for Kubernetes Secrets, boot and block volumes and file systems. */
  readonly clusterKey: pulumi.Output<string>;
  /** OCID of the key for the bucket. */
  readonly backupKey: pulumi.Output<string>;

  constructor(name: string, args: OkeEncryptionArgs, { home, ...opts }: EncryptionOptions) {
    super("quint:cluster:OkeEncryption", name, {}, opts);
    const { context } = args;
    const kept = { parent: this, retainOnDelete: args.keep };
    const vault = new Vault(
      `${name}-vault`,
      {
        compartmentId: context.compartment,
        displayName: context.prefix,
        vaultType: "DEFAULT",
        freeformTags: context.tags,
      },
      kept,
    );
    const key = (what: string, keyOpts: pulumi.CustomResourceOptions) =>
      new Key(
        `${name}-${what}`,
        {
          compartmentId: context.compartment,
          displayName: `${context.prefix}-${what}`,
          managementEndpoint: vault.managementEndpoint,
          keyShape: { algorithm: "AES", length: 32 },
          protectionMode: args.protection,
          freeformTags: context.tags,
        },
        keyOpts,
      ).id;
    this.vault = vault.id;
    this.clusterKey = key("cluster", { parent: this });
    this.backupKey = key("backups", kept);

    const inHome = { parent: this, provider: home };
    // File systems act as themselves when they use a key, and only a dynamic group can name them.
    const fileSystems = new DynamicGroup(
      `${name}-file-systems`,
      {
        compartmentId: args.tenancy,
        name: `${context.prefix}-file-systems`,
        description: `File systems of ${context.prefix}`,
        matchingRule: `ALL {resource.type='filesystem', resource.compartment.id='${context.compartment}'}`,
        freeformTags: context.tags,
      },
      inHome,
    );
    new Policy(
      `${name}-key-users`,
      {
        compartmentId: context.compartment,
        name: `${context.prefix}-key-users`,
        description: `Services that use the keys of ${context.prefix}`,
        statements: pulumi
          .all([this.clusterKey, this.backupKey, fileSystems.id])
          .apply(([cluster, backups, group]) =>
            keyUsers(context.region, { cluster, backups, fileSystems: group }).map((user) =>
              statement(context.compartment, user),
            ),
          ),
        freeformTags: context.tags,
      },
      inHome,
    );
    this.registerOutputs({ vault: this.vault, clusterKey: this.clusterKey, backupKey: this.backupKey });
  }
}

interface KeyIds {
  readonly cluster: string;
  readonly backups: string;
  readonly fileSystems: string;
}

/** Who may use which key. (OKE documentation, "Create Policy to Access User-Managed Encryption Keys".) */
function keyUsers(region: string, ids: KeyIds): Statement[] {
  const clusterKey = [`target.key.id='${ids.cluster}'`];
  return [
    // Kubernetes Secrets.
    { principal: { resource: "cluster" }, may: "use keys", where: clusterKey },
    // Boot volumes: OKE asks Block Storage on behalf of the node pool.
    { principal: { service: "blockstorage" }, may: "use keys", where: clusterKey },
    { principal: { resource: "nodepool" }, may: "use key-delegates", where: clusterKey },
    // Block volumes and file systems of claims.
    { principal: { resource: "cluster" }, may: "use key-delegates", where: clusterKey },
    { principal: { dynamicGroup: ids.fileSystems }, may: "use keys", where: clusterKey },
    // The bucket.
    {
      principal: { service: `objectstorage-${region}` },
      may: "use keys",
      where: [`target.key.id='${ids.backups}'`],
    },
  ];
}
