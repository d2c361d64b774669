/** A cloud's load balancer controller: gives Services of type LoadBalancer an address. */
import { notDeleting, type Stage, stage } from "./stage.ts";

/**
 * The address is 198.18.x.y with the last two octets of the Service's own address in 10.96.0.0/16: unique without
 * any bookkeeping, and from the range set apart for tests (RFC 2544), so that nothing real answers there.
 */
const balancer = `
{{ $octets := splitList "." .spec.clusterIP }}
loadBalancer:
  ingress:
  - ip: 198.18.{{ index $octets 2 }}.{{ index $octets 3 }}
    ipMode: VIP
`;

export const serviceStages: readonly Stage[] = [
  stage("load-balancer-address", {
    kind: "Service",
    when: [
      notDeleting,
      `.spec.type == "LoadBalancer"`,
      `.spec.clusterIP // "" | startswith("10.96.")`,
      ".status.loadBalancer.ingress == null",
    ],
    steps: [{ patch: { subresource: "status", root: "status", type: "merge", template: balancer } }],
  }),
];
