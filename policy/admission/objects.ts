/** Rules on everything but pods in CEL: what one object says by itself. */
import { changed, text, texts, type AdmissionPolicy, type AdmissionScope } from "./policy.ts";

const budgets: AdmissionPolicy = {
  name: "disruption-budgets",
  resources: [{ apiGroups: ["policy"], apiVersions: ["v1"], resources: ["poddisruptionbudgets"] }],
  of: "everyone",
  where: "platforms",
  when: changed("spec"),
  variables: {},
  validations: [
    {
      rule: "disruption-budgets",
      expression:
        "!string(object.spec.?maxUnavailable.orValue('1')).matches('^0+%?$') && " +
        "!string(object.spec.?minAvailable.orValue('1')).matches('^0*100%$')",
      message: "let a drain evict one pod at a time (maxUnavailable: 1); this budget blocks every drain",
    },
  ],
};

/** The gateway's own namespace is exempt. */
function services({ environment, exposed }: AdmissionScope): AdmissionPolicy {
  const opened = environment === "dev" ? exposed : [];
  return {
    name: "services",
    resources: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["services"] }],
    of: "everyone",
    where: "platforms",
    when: changed("spec"),
    variables: {},
    validations: [
      {
        rule: "outside-addresses",
        expression:
          "!(object.spec.?type.orValue('ClusterIP') in ['NodePort', 'LoadBalancer']) || " +
          `(request.namespace + '/' + object.metadata.?name.orValue('')) in ${texts(opened)}`,
        message: "make the Service a ClusterIP and give it a route: the gateway alone has outside addresses",
      },
      {
        rule: "outside-addresses",
        expression: "object.spec.?externalIPs.orValue([]).size() == 0",
        message: "leave externalIPs out: they take traffic that is meant for others",
      },
    ],
  };
}

function mesh({ environment }: AdmissionScope): AdmissionPolicy {
  return {
    name: "peer-authentications",
    resources: [
      { apiGroups: ["security.istio.io"], apiVersions: ["v1"], resources: ["peerauthentications"] },
    ],
    of: "everyone",
    where: "platforms",
    when: changed("spec"),
    variables: { ports: "object.spec.?portLevelMtls.orValue({})" },
    validations: [
      {
        rule: "strict-mesh",
        expression: "object.spec.?mtls.?mode.orValue('') == 'STRICT'",
        message: "set mtls.mode: STRICT",
      },
      ...(environment === "dev"
        ? []
        : [
            {
              rule: "strict-mesh",
              expression: "variables.ports.all(port, variables.ports[port].?mode.orValue('') == 'STRICT')",
              message: "leave portLevelMtls out: ports that are open to plain text are for dev",
            },
          ]),
    ],
  };
}

const roles: AdmissionPolicy = {
  name: "roles",
  resources: [
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      apiVersions: ["v1"],
      resources: ["roles", "clusterroles"],
    },
  ],
  of: "quint",
  where: "platforms",
  when: "true",
  variables: {},
  validations: [
    {
      rule: "least-privilege",
      expression:
        "object.?rules.orValue([]).all(r, !('*' in r.verbs) && !('*' in r.?resources.orValue([])) && " +
        "!('*' in r.?apiGroups.orValue([])))",
      message: "name verbs, resources and groups; no wildcard",
    },
    {
      rule: "least-privilege",
      expression:
        "object.kind != 'ClusterRole' || !('app.kubernetes.io/part-of' in object.metadata.?labels.orValue({}))",
      message: "give a platform a Role in its namespace, not a ClusterRole",
    },
  ],
};

/** Without this one, whoever may label a namespace takes it out of all the others. */
function namespaces({ exemptions }: AdmissionScope): AdmissionPolicy {
  const label = (holder: string, key: string) => `${holder}.metadata.?labels[?${text(key)}].orValue('')`;
  const ours = (holder: string) => `${label(holder, "app.kubernetes.io/managed-by")} == 'quint'`;
  const privileged = [...exemptions].flatMap(([name, one]) => (one.privileged === undefined ? [] : [name]));
  const unless = (names: readonly string[]) => `object.metadata.?name.orValue('') in ${texts(names)}`;
  return {
    name: "namespaces",
    resources: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["namespaces"] }],
    of: "everyone",
    where: "cluster",
    when: `${ours("object")} || (oldObject != null && ${ours("oldObject")})`,
    variables: {},
    validations: [
      {
        rule: "labelled",
        expression: ours("object"),
        message: "leave the label app.kubernetes.io/managed-by: quint on the namespace",
      },
      {
        rule: "exempt-namespaces",
        expression: `${label("object", "istio-injection")} == 'enabled' || ${unless([...exemptions.keys()])}`,
        message: "leave the namespace in the mesh (istio-injection: enabled)",
      },
      {
        rule: "exempt-namespaces",
        expression: `${label("object", "pod-security.kubernetes.io/enforce")} == 'restricted' || ${unless(privileged)}`,
        message: "leave the namespace restricted (pod-security.kubernetes.io/enforce)",
      },
    ],
  };
}

export function objectPolicies(scope: AdmissionScope): AdmissionPolicy[] {
  return [budgets, services(scope), mesh(scope), roles, namespaces(scope)];
}
