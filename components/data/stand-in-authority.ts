/** The certificate authority of a Kafka's operator, where no operator runs. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { operatorSecretsOf, type KafkaSpec } from "../../platforms/model/index.ts";
import { ownerLabels } from "../labels.ts";
import type { DataServiceArgs } from "./definition.ts";

/** Secrets of its names: pods that mount one must start all the same. */
export function standInAuthority(
  name: string,
  { facts, namespace, owner, spec }: DataServiceArgs<KafkaSpec>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (facts.controllersRun) return [];
  const note = Buffer.from("no broker runs on this cluster, so none has a certificate\n").toString("base64");
  return operatorSecretsOf(spec).map(
    (secret) =>
      new k8s.core.v1.Secret(
        `${name}-${secret.name}`,
        {
          metadata: {
            name: secret.name,
            namespace: namespace.namespaceName,
            labels: { ...ownerLabels(owner) },
            annotations: { "quint.dev/purpose": "stands for the brokers' authority" },
          },
          type: "Opaque",
          data: Object.fromEntries(secret.keys.map((key) => [key, note])),
        },
        opts,
      ),
  );
}
