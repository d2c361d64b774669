/** External Secrets, and a ClusterSecretStore for each store of the settings. Identities, never keys. */
import * as k8s from "@pulumi/kubernetes";
import type { FoundationOptions } from "../../platforms/model/foundation.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { foundationLabels, podValues, requiredPod, type AddOnDefinition } from "./definition.ts";

type Store = FoundationOptions["secretStores"][number];
const namespace = "external-secrets";

export const externalSecrets: AddOnDefinition = {
  values: (context) => {
    const controller = requiredPod(context, "external-secrets/controller");
    const webhook = requiredPod(context, "external-secrets/webhook");
    const certController = requiredPod(context, "external-secrets/certController");
    return {
      "external-secrets": {
        ...podValues(controller),
        installCRDs: true,
        replicaCount: controller.replicas,
        leaderElect: controller.replicas > 1,
        webhook: { ...podValues(webhook), replicaCount: webhook.replicas },
        certController: { ...podValues(certController), replicaCount: certController.replicas },
      },
    };
  },
  after: ({ name, opts, options, facts }) => {
    for (const store of options.secretStores) {
      const provider = providerOf(store, facts.secretStore);
      // The vault of a cluster that is only simulated is in no cloud.
      if (provider === undefined) continue;
      new k8s.apiextensions.CustomResource(
        `${name}-${store.name}`,
        {
          apiVersion: "external-secrets.io/v1",
          kind: "ClusterSecretStore",
          metadata: { name: store.name, labels: foundationLabels("external-secrets") },
          spec: { provider },
        },
        opts,
      );
    }
  },
};

/** The operator's own service account: the cloud gives it an identity. */
const serviceAccountRef = { name: "external-secrets", namespace };

function providerOf(store: Store, own: ClusterFacts["secretStore"]): object | undefined {
  switch (store.kind) {
    case "cluster":
      return own && ownVault(own);
    case "aws":
      return {
        aws: {
          service: "SecretsManager",
          region: store.region,
          ...(store.role === undefined ? {} : { role: store.role }),
        },
      };
    case "oci":
      return {
        oracle: {
          region: store.region,
          vault: store.vault,
          principalType: store.principal,
          ...(store.principal === "Workload" ? { serviceAccountRef } : {}),
        },
      };
    case "vault":
      return {
        vault: {
          server: store.server,
          path: store.path,
          version: "v2",
          auth: { kubernetes: { mountPath: store.mount, role: store.role, serviceAccountRef } },
        },
      };
  }
}

function ownVault(own: NonNullable<ClusterFacts["secretStore"]>): object {
  switch (own.kind) {
    case "oci-vault":
      return {
        oracle: { region: own.region, vault: own.vault, principalType: "Workload", serviceAccountRef },
      };
    case "aws-secrets-manager":
      // Names in a store begin where its prefix ends.
      return { aws: { service: "SecretsManager", region: own.region, prefix: own.prefix } };
  }
}
