/** Cases of the rules on the gateway's hosts. */
import { named, put } from "../../../support/objects.ts";
import { adding, copying, setting, without, type Cases } from "./case.ts";

const host = "api.cancer-mlops.example.com";
const certificate = "api-cancer-mlops-example-com";
const gateway = "Gateway cancer-mlops/cancer-api";
const withoutCertificate = [`${gateway} serves ${host} without a certificate`];
const inTheClear = [`${gateway} serves ${host} in the clear`];

export const hostsCases: Cases = {
  "hosts-have-tls": [
    {
      when: "a host has no certificate",
      change: without("Certificate", certificate),
      says: withoutCertificate,
    },
    {
      when: "a certificate is where the gateway does not look",
      change: setting("Certificate", certificate, "metadata.namespace", "cancer-mlops"),
      says: withoutCertificate,
    },
    {
      when: "a certificate is kept in another Secret",
      change: setting("Certificate", certificate, "spec.secretName", "other"),
      says: withoutCertificate,
    },
    {
      when: "a certificate is for another host",
      change: setting("Certificate", certificate, "spec.dnsNames", ["other.example.com"]),
      says: withoutCertificate,
    },
    {
      when: "a host is served over HTTP alone",
      change: (objects) => {
        put(named(objects, "Gateway", "cancer-api"), "spec.servers.1", {
          port: { number: 8080, name: "plain", protocol: "HTTP" },
          hosts: [host],
        });
      },
      says: withoutCertificate,
    },
    {
      when: "plain HTTP leads to the Service",
      change: (objects) => {
        const route = named(objects, "VirtualService", "cancer-api");
        const { http } = route.spec as { http: unknown[] };
        put(route, "spec.http", http.slice(1));
      },
      says: inTheClear,
    },
    {
      when: "plain HTTP is redirected in part",
      change: setting("VirtualService", "cancer-api", "spec.http.0.match", [
        { port: 80, uri: { prefix: "/api" } },
      ]),
      says: inTheClear,
    },
    {
      when: "plain HTTP is redirected to plain HTTP",
      change: setting("VirtualService", "cancer-api", "spec.http.0.redirect.scheme", "http"),
      says: inTheClear,
    },
    {
      when: "there is no plain HTTP to redirect",
      change: (objects) => {
        const object = named(objects, "Gateway", "cancer-api");
        put(object, "spec.servers", (object.spec as { servers: unknown[] }).servers.slice(1));
        put(named(objects, "VirtualService", "cancer-api"), "spec.http.0.match.0.port", 443);
      },
      says: [],
    },
  ],

  "one-route-a-host": [
    {
      when: "two Gateways have a host",
      change: copying("Gateway", "cancer-api", "again"),
      says: [`Gateway cancer-mlops/again has the host ${host}, as ${gateway} has`],
    },
    {
      when: "a VirtualService has the host of another, too",
      change: adding("VirtualService", "cancer-grafana", "spec.hosts", host),
      says: [
        `VirtualService cancer-mlops/cancer-grafana has the host ${host}, as VirtualService cancer-mlops/cancer-api has`,
      ],
    },
  ],
};
