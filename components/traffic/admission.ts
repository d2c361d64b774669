/**
 * Who may use a host: policies of the gateway's proxies. They go by the TLS name of the connection, which picks the
 * host's own part of the gateway; a Host header can be written in more than one way.
 */
import { AuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import { login, type RouteSpec } from "../../platforms/model/index.ts";
import type { Owner } from "../labels.ts";
import { attachedToGateway, gatewayPods, nameOfHost } from "./gateway.ts";

/**
 * The policies of a host; none where everyone may come.
 *
 * @throws where an allow list lets nobody in, or a prefix is opened that no rule has.
 */
export function hostAdmission(spec: RouteSpec, owner: Owner): AuthorizationPolicy[] {
  const { allowCidrs, login: asksForLogin, methods, openPrefixes = [] } = spec.access ?? {};
  if (allowCidrs?.length === 0) {
    throw new Error(`route "${spec.name}" has an empty list of \`allowCidrs\`, which would let nobody in`);
  }
  if (methods?.length === 0) {
    throw new Error(`route "${spec.name}" has an empty list of \`methods\`, which would let nothing in`);
  }
  for (const open of openPrefixes) {
    if (spec.rules.some(({ prefix }) => prefix === open)) continue;
    throw new Error(
      `route "${spec.name}" opens "${open}" without a login, and none of its rules has that prefix`,
    );
  }
  const when = [{ key: "connection.sni", values: [spec.host] }];
  const selector = { matchLabels: { ...gatewayPods } };
  const policies: AuthorizationPolicy[] = [];
  if (allowCidrs !== undefined) {
    policies.push(
      new AuthorizationPolicy({
        metadata: attachedToGateway(`${nameOfHost(spec.host)}-allow-list`, owner),
        spec: {
          selector,
          // Not ALLOW: one such policy would close every other host of the gateway.
          action: "DENY",
          rules: [{ from: [{ source: { notRemoteIpBlocks: [...allowCidrs] } }], when }],
        },
      }),
    );
  }
  if (methods !== undefined) {
    policies.push(
      new AuthorizationPolicy({
        metadata: attachedToGateway(`${nameOfHost(spec.host)}-methods`, owner),
        spec: {
          selector,
          action: "DENY",
          rules: [{ to: [{ operation: { notMethods: [...methods] } }], when }],
        },
      }),
    );
  }
  if (asksForLogin === true) {
    // Logins are asked for before addresses are refused: outsiders must not see the form.
    const from = allowCidrs === undefined ? {} : { from: [{ source: { remoteIpBlocks: [...allowCidrs] } }] };
    policies.push(
      new AuthorizationPolicy({
        metadata: attachedToGateway(`${nameOfHost(spec.host)}-login`, owner),
        spec: {
          selector,
          action: "CUSTOM",
          provider: { name: login.provider },
          // What is open is named, not what is closed: a rule that is added later is behind the login.
          rules: [
            {
              ...from,
              to: [
                { operation: { notPaths: [login.prefix, ...openPrefixes].map((prefix) => `${prefix}*`) } },
              ],
              when,
            },
          ],
        },
      }),
    );
  }
  return policies;
}
