/** Which platforms, in which environment, under which names. */
import { namespaceExemptions } from "../catalog/namespaces.ts";
import { quoted } from "../nearest.ts";
import { platformNames } from "../schema/platforms.ts";
import { environments } from "../schema/settings.ts";
import { check, type Check } from "./check.ts";
import { factsOf } from "./platform-facts.ts";

/** Namespaces that the cluster and the foundation own. */
const reservedNamespaces: readonly string[] = ["default", "login", ...namespaceExemptions.keys()];

/** Top-level domains that only this machine resolves. */
const localDomain = /\.(localhost|local|test|invalid)$/;

const stackOfItsEnvironment = check(
  "A stack that is named after an environment has that environment.",
  ["environment"],
  ({ stack, environment }) => {
    const other = environments.find((name) => name === stack && name !== environment);
    return other === undefined
      ? []
      : [
          {
            path: ["environment"],
            reason: `is not the environment that the stack \`${stack}\` is named after`,
            remedy: `\`quint:environment: ${stack}\`, or give the stack another name`,
          },
        ];
  },
);

const somePlatform = check("At least one platform is named.", ["platforms"], ({ platforms }) =>
  Object.values(platforms).some((platform) => platform !== undefined)
    ? []
    : [
        {
          path: ["platforms"],
          reason: "names no platform, so there is nothing to deploy",
          remedy: `at least one of ${quoted(platformNames)}, e.g.\nquint:platforms:\n  cancer:\n    expose: gateway`,
        },
      ],
);

const ownNamespace = check(
  "A platform has a namespace of its own: none of the cluster's or the foundation's.",
  ["platforms"],
  ({ platforms: { cancer } }) =>
    cancer !== undefined &&
    (cancer.namespace.startsWith("kube-") || reservedNamespaces.includes(cancer.namespace))
      ? [
          {
            path: ["platforms", "cancer", "namespace"],
            reason: "is a namespace of the cluster or the foundation",
            remedy: "a namespace of the platform's own, e.g. `namespace: cancer-mlops`",
          },
        ]
      : [],
);

const workloadsThatRun = check(
  "What a stack says of a workload is about one that it runs.",
  ["platforms"],
  ({ platforms }) =>
    factsOf(platforms).flatMap((facts) =>
      Object.entries(facts.absent ?? {})
        .filter(([workload]) => facts.overrides[workload] !== undefined)
        .map(([workload, remedy]) => ({
          path: ["platforms", facts.platform, "workloads", workload],
          reason: "is said of a workload that this stack does not run",
          remedy,
        })),
    ),
);

const publicDomain = check(
  "Outside dev the domain is one that others resolve, too.",
  ["environment", "domain"],
  ({ environment, domain }) =>
    environment !== "dev" && localDomain.test(domain)
      ? [
          {
            path: ["domain"],
            reason: `resolves on one machine only, and ${environment} has users elsewhere`,
            remedy: "a domain whose records you control, e.g. `quint:domain: example.com`",
          },
        ]
      : [],
);

const knownStore = check(
  "`secrets.store` is one of `foundation.secretStores`.",
  ["foundation", "secrets"],
  ({ foundation, secrets }) =>
    secrets.store === undefined || foundation.secretStores.some(({ name }) => name === secrets.store)
      ? []
      : [
          {
            path: ["secrets", "store"],
            reason: "is none of the stores of `quint:foundation.secretStores`",
            remedy:
              foundation.secretStores.length === 0
                ? "a store there first, e.g.\nquint:foundation:\n  secretStores:\n    - kind: aws\n      name: " +
                  `${secrets.store}\n      region: eu-central-1`
                : `one of ${quoted(foundation.secretStores.map(({ name }) => name))}`,
          },
        ],
);

const reachableAccount = check(
  "In production Let's Encrypt's account has an address: `foundation.certificates.email`.",
  ["environment", "foundation"],
  ({ environment, foundation: { certificates } }) =>
    environment === "production" && certificates.issuer !== "self-signed" && certificates.email === undefined
      ? [
          {
            path: ["foundation", "certificates", "email"],
            reason: `is required where ${certificates.issuer === undefined ? "Let's Encrypt, production's default," : "Let's Encrypt"} signs production's certificates: it is whom they write to about the account`,
            remedy:
              "an address that somebody reads, e.g. `email: platform@example.com`, or `issuer: self-signed`",
          },
        ]
      : [],
);

/** Name of the Secret that OKE's own registry is pulled with (components/cluster/oke). */
const registrySecret = "registry";

const ownPullSecret = check(
  "`images.pullSecret` has another name than the pull secret that `cluster.registryAccess` makes.",
  ["cluster", "images"],
  ({ cluster, images }) =>
    cluster.type === "oke" && cluster.registryAccess && images.pullSecret === registrySecret
      ? [
          {
            path: ["images", "pullSecret"],
            reason: "is the name of the Secret that `quint:cluster.registryAccess` makes",
            remedy: "another name, e.g. `pullSecret: private-images`",
          },
        ]
      : [],
);

export const platformChecks: readonly Check[] = [
  stackOfItsEnvironment,
  somePlatform,
  ownNamespace,
  workloadsThatRun,
  publicDomain,
  knownStore,
  reachableAccount,
  ownPullSecret,
];
