/** The certificate of a host: cert-manager keeps it in the gateway's namespace, where the gateway looks for it. */
import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { hostIssuer } from "../foundation/certificates.ts";
import { ownerLabels, type Owner } from "../labels.ts";
import { gatewayNamespace } from "../workload/network.ts";
import { certificateSecret, nameOfHost } from "./gateway.ts";

/** Lasts and is renewed as its issuer does: Let's Encrypt's 90 days, 30 before the end. */
export function hostCertificate(host: string, owner: Owner): Certificate {
  return new Certificate({
    metadata: { name: nameOfHost(host), namespace: gatewayNamespace, labels: { ...ownerLabels(owner) } },
    spec: {
      secretName: certificateSecret(host),
      dnsNames: [host],
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: hostIssuer },
    },
  });
}
