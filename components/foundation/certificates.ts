/** cert-manager, and the issuers of the stack: its own authority, or Let's Encrypt. */
import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import {
  ClusterIssuer,
  type IClusterIssuer,
} from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import type * as k8s from "@pulumi/kubernetes";
import { customResource } from "../custom-resource.ts";
import type { FoundationOptions } from "../../platforms/model/foundation.ts";
import {
  foundationLabels,
  requiredPod,
  resourcesOf,
  spreadOf,
  type AddOnDefinition,
  type AddOnScope,
} from "./definition.ts";

/** Issuer of the hosts' certificates in every stack, whoever is behind it. */
export const hostIssuer = "quint-hosts";
/** Class of the Ingress objects by which cert-manager answers Let's Encrypt's challenges. */
export const challengeClass = "istio";
/** On the pods that answer them, and the port they answer on. */
export const challengePods = {
  labels: { "acme.cert-manager.io/http01-solver": "true" },
  port: 8089,
} as const;

/** Whether domains are proven by HTTP through the gateway. */
export function provesByHttp({ certificates: { issuer, route53 } }: FoundationOptions): boolean {
  return issuer !== "self-signed" && route53 === undefined;
}

/** The cluster's own authority: certificates that only the cluster trusts. */
const clusterAuthority = "quint-authority";
const namespace = "cert-manager";

type IssuerSpec = NonNullable<IClusterIssuer["spec"]>;

const directories = {
  letsencrypt: "https://acme-v02.api.letsencrypt.org/directory",
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export const certificates: AddOnDefinition = {
  values: (context) => {
    const controller = requiredPod(context, "cert-manager/controller");
    const webhook = requiredPod(context, "cert-manager/webhook");
    const cainjector = requiredPod(context, "cert-manager/cainjector");
    return {
      "cert-manager": {
        // Removing the release must not take every certificate with it.
        crds: { enabled: true, keep: true },
        global: {
          priorityClassName: controller.priority,
          leaderElection: { namespace },
        },
        replicaCount: controller.replicas,
        resources: resourcesOf(controller),
        topologySpreadConstraints: spreadOf(controller),
        webhook: {
          replicaCount: webhook.replicas,
          resources: resourcesOf(webhook),
          topologySpreadConstraints: spreadOf(webhook),
        },
        cainjector: {
          replicaCount: cainjector.replicas,
          resources: resourcesOf(cainjector),
          topologySpreadConstraints: spreadOf(cainjector),
        },
        startupapicheck: { resources: resourcesOf(webhook) },
        prometheus: { enabled: true, servicemonitor: { enabled: false } },
      },
    };
  },
  after: (scope) => {
    authority(scope);
    issuerOfHosts(scope);
  },
};

/** A root key that never leaves the cluster, and the issuer that signs with it. */
function authority(scope: AddOnScope): void {
  const root = issuer(scope, "quint-root", { selfSigned: {} });
  const certificate = customResource(
    `${scope.name}-authority`,
    new Certificate({
      metadata: { name: clusterAuthority, namespace, labels: foundationLabels("cert-manager") },
      spec: {
        isCA: true,
        commonName: "Quint cluster authority",
        secretName: clusterAuthority,
        // Ten years: whoever trusts it does so by hand.
        duration: "87600h",
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        issuerRef: { kind: "ClusterIssuer", name: "quint-root" },
      },
    }),
    { ...scope.opts, dependsOn: [root] },
  );
  issuer(scope, clusterAuthority, { ca: { secretName: clusterAuthority } }, certificate);
}

function issuerOfHosts(scope: AddOnScope): void {
  const { issuer: signer, email, route53 } = scope.options.certificates;
  if (signer === "self-signed") {
    issuer(scope, hostIssuer, { ca: { secretName: clusterAuthority } });
    return;
  }
  issuer(scope, hostIssuer, {
    acme: {
      server: directories[signer],
      ...(email === undefined ? {} : { email }),
      privateKeySecretRef: { name: `${signer}-account` },
      solvers: [
        route53 === undefined
          ? { http01: { ingress: { ingressClassName: challengeClass } } }
          : {
              dns01: {
                route53: {
                  region: route53.region,
                  ...(route53.hostedZone === undefined ? {} : { hostedZoneID: route53.hostedZone }),
                },
              },
            },
      ],
    },
  });
}

function issuer(
  { name, opts }: AddOnScope,
  issuerName: string,
  spec: IssuerSpec,
  after?: k8s.apiextensions.CustomResource,
): k8s.apiextensions.CustomResource {
  return customResource(
    `${name}-${issuerName}`,
    new ClusterIssuer({ metadata: { name: issuerName, labels: foundationLabels("cert-manager") }, spec }),
    { ...opts, ...(after === undefined ? {} : { dependsOn: [after] }) },
  );
}
