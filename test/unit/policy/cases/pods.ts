/** Cases of the rules on each pod by itself. */
import { at, named, put, type Draft } from "../../../support/objects.ts";
import { adding, api, apiWith, bare, container, pod, setting, type Cases } from "./case.ts";

export const podsCases: Cases = {
  "restricted-pods": [
    {
      when: "a pod shares the node's network in a namespace that the table of exemptions names",
      change: (objects) => {
        apiWith(`${pod}.hostNetwork`, true)(objects);
        apiWith("metadata.namespace", "kube-system")(objects);
      },
      says: [],
    },
    {
      when: "a pod shares the node's network in one that the table names for another reason",
      change: (objects) => {
        apiWith(`${pod}.hostNetwork`, true)(objects);
        apiWith("metadata.namespace", "cert-manager")(objects);
      },
      says: ["Deployment cert-manager/api shares a namespace of the host"],
    },
    {
      when: "a pod may run as root",
      change: apiWith(`${pod}.securityContext.runAsNonRoot`, false),
      says: [`${api} runs as root: set runAsNonRoot`],
    },
    {
      when: "a pod runs as user 0",
      change: apiWith(`${pod}.securityContext.runAsUser`, 0),
      says: [`${api} runs as user 0`],
    },
    {
      when: "a pod has no seccomp profile",
      change: apiWith(`${pod}.securityContext.seccompProfile`, undefined),
      says: [`${api} has no seccomp profile: set RuntimeDefault`],
    },
    {
      when: "a pod has no security context at all",
      change: apiWith(`${pod}.securityContext`, undefined),
      says: [`${api} runs as root: set runAsNonRoot`, `${api} has no seccomp profile: set RuntimeDefault`],
    },
    ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({
      when: `a pod has ${field}`,
      change: apiWith(`${pod}.${field}`, true),
      says: [`${api} shares a namespace of the host`],
    })),
    {
      when: "a pod says that it has one namespace of its own, and shares another",
      change: (objects) => {
        apiWith(`${pod}.hostNetwork`, false)(objects);
        apiWith(`${pod}.hostPID`, true)(objects);
      },
      says: [`${api} shares a namespace of the host`],
    },
    {
      when: "a pod mounts a path of the host",
      change: adding("Deployment", "api", `${pod}.volumes`, { name: "socket", hostPath: { path: "/run" } }),
      says: [`${api} mounts a path of the host (socket)`],
    },
    {
      when: "a container may escalate its privileges",
      change: apiWith(`${container}.securityContext.allowPrivilegeEscalation`, undefined),
      says: [`${api} container api may escalate privileges`],
    },
    {
      when: "a container may write to its root file system",
      change: apiWith(`${container}.securityContext.readOnlyRootFilesystem`, false),
      says: [`${api} container api has a writable root file system`],
    },
    {
      when: "a container is privileged",
      change: apiWith(`${container}.securityContext.privileged`, true),
      says: [`${api} container api is privileged`],
    },
    {
      when: "a container keeps its capabilities",
      change: apiWith(`${container}.securityContext.capabilities`, { drop: ["NET_RAW"] }),
      says: [`${api} container api does not drop all capabilities`],
    },
    {
      when: "a container adds a capability",
      change: apiWith(`${container}.securityContext.capabilities`, {
        drop: ["ALL"],
        add: ["NET_BIND_SERVICE"],
      }),
      says: [`${api} container api adds capabilities`],
    },
    {
      when: "a container takes back what its pod says of root",
      change: apiWith(`${container}.securityContext.runAsNonRoot`, false),
      says: [`${api} container api may run as root`],
    },
    {
      when: "a container takes back what its pod says of the user",
      change: apiWith(`${container}.securityContext.runAsUser`, 0),
      says: [`${api} container api runs as user 0`],
    },
    {
      when: "a container takes back what its pod says of seccomp",
      change: apiWith(`${container}.securityContext.seccompProfile`, { type: "Unconfined" }),
      says: [`${api} container api leaves the seccomp profile RuntimeDefault`],
    },
    {
      when: "it is an init container",
      change: (objects) => {
        const deployment = named(objects, "Deployment", "api");
        const init = structuredClone(at(deployment, container)) as Record<string, unknown>;
        put(deployment, `${pod}.initContainers`, [{ ...init, name: "first", securityContext: {} }]);
      },
      says: [
        `${api} container first may escalate privileges`,
        `${api} container first has a writable root file system`,
        `${api} container first does not drop all capabilities`,
      ],
    },
    {
      when: "it is the pod of a CronJob",
      change: (objects) => {
        const template = structuredClone(at(named(objects, "Deployment", "api"), "spec.template"));
        const cron: Draft = {
          apiVersion: "batch/v1",
          kind: "CronJob",
          metadata: { name: "nightly", namespace: "cancer-mlops" },
          spec: { jobTemplate: { spec: { template } } },
        };
        put(cron, "spec.jobTemplate.spec.template.spec.hostNetwork", true);
        objects.push(cron);
      },
      says: ["CronJob cancer-mlops/nightly shares a namespace of the host"],
    },
    {
      when: "a pod has nothing but a container",
      change: bare,
      says: [
        "Job cancer-mlops/bare runs as root: set runAsNonRoot",
        "Job cancer-mlops/bare has no seccomp profile: set RuntimeDefault",
        "Job cancer-mlops/bare container bare may escalate privileges",
        "Job cancer-mlops/bare container bare has a writable root file system",
        "Job cancer-mlops/bare container bare does not drop all capabilities",
      ],
    },
  ],

  "requests-and-limits": [
    ...(["requests", "limits"] as const).flatMap((side) =>
      (["cpu", "memory"] as const).map((resource) => ({
        when: `a container states no ${side} for ${resource}`,
        change: apiWith(`${container}.resources.${side}.${resource}`, undefined),
        says: [`${api} container api states no ${side} for ${resource}`],
      })),
    ),
    {
      when: "a container states nothing",
      change: apiWith(`${container}.resources`, undefined),
      says: [
        `${api} container api states no requests for cpu`,
        `${api} container api states no requests for memory`,
        `${api} container api states no limits for cpu`,
        `${api} container api states no limits for memory`,
      ],
    },
  ],

  probes: [
    {
      when: "a server has no liveness probe",
      change: apiWith(`${container}.livenessProbe`, undefined),
      says: [`${api} container api has no liveness probe`],
    },
    {
      when: "a server has no readiness probe",
      change: apiWith(`${container}.readinessProbe`, undefined),
      says: [`${api} container api has no readiness probe`],
    },
    {
      when: "it only stands for a chart's pod",
      change: (objects) => {
        apiWith(`${container}.livenessProbe`, undefined)(objects);
        const { labels } = at(
          named(objects, "Deployment", "api"),
          "spec.template.metadata",
        ) as Draft["metadata"];
        labels!["quint.dev/footprint"] = "velero";
      },
      says: [],
    },
    {
      when: "it is a Job, which serves nobody",
      change: (objects) => {
        apiWith("kind", "Job")(objects);
        setting("Job", "api", `${container}.livenessProbe`, undefined)(objects);
      },
      says: [],
    },
    {
      when: "a container beside the server opens no port",
      change: adding("Deployment", "api", `${pod}.containers`, { name: "beside", image: "beside:1.0" }),
      says: [],
    },
    {
      when: "a container beside the server opens one",
      change: adding("Deployment", "api", `${pod}.containers`, {
        name: "beside",
        image: "beside:1.0",
        ports: [{ containerPort: 1 }],
      }),
      says: [
        `${api} container beside has no liveness probe`,
        `${api} container beside has no readiness probe`,
      ],
    },
  ],

  "priority-class": [
    {
      when: "a pod names no priority class",
      change: apiWith(`${pod}.priorityClassName`, undefined),
      says: [`${api} names no priority class`],
    },
  ],

  spread: [
    {
      when: "a server is not spread over zones",
      change: apiWith(`${pod}.topologySpreadConstraints.0.topologyKey`, "example.com/rack"),
      says: [`${api} is not spread over topology.kubernetes.io/zone`],
    },
    {
      when: "a server is not spread at all",
      change: apiWith(`${pod}.topologySpreadConstraints`, undefined),
      says: [
        `${api} is not spread over topology.kubernetes.io/zone`,
        `${api} is not spread over kubernetes.io/hostname`,
      ],
    },
    {
      when: "a daemon set is on every node anyway",
      change: (objects) => {
        apiWith(`${pod}.topologySpreadConstraints`, undefined)(objects);
        apiWith("kind", "DaemonSet")(objects);
      },
      says: [],
    },
    {
      when: "production only prefers to spread",
      change: apiWith(`${pod}.topologySpreadConstraints.1.whenUnsatisfiable`, "ScheduleAnyway"),
      says: [`${api} may be placed unevenly over kubernetes.io/hostname`],
    },
    {
      when: "staging only prefers to spread",
      change: apiWith(`${pod}.topologySpreadConstraints.1.whenUnsatisfiable`, "ScheduleAnyway"),
      environment: "staging",
      says: [],
    },
  ],

  "pinned-images": [
    {
      when: "an image has no tag",
      change: apiWith(`${container}.image`, "registry.example:5000/api"),
      says: [
        `${api} container api has an image without a tag (registry.example:5000/api)`,
        `${api} container api runs registry.example:5000/api, which is neither a release tag nor a digest`,
      ],
    },
    {
      when: "an image is the latest",
      change: apiWith(`${container}.image`, "registry.example/api:latest"),
      environment: "staging",
      says: [`${api} container api runs registry.example/api:latest`],
    },
    {
      when: "an image is the latest, in dev",
      change: apiWith(`${container}.image`, "registry.example/api:latest"),
      environment: "dev",
      says: [],
    },
    {
      when: "production runs a branch",
      change: apiWith(`${container}.image`, "registry.example/api:develop"),
      says: [
        `${api} container api runs registry.example/api:develop, which is neither a release tag nor a digest`,
      ],
    },
    {
      when: "staging runs a branch",
      change: apiWith(`${container}.image`, "registry.example/api:develop"),
      environment: "staging",
      says: [],
    },
    ...["v1.2.3", "1.2", "2026.1.0-rc.1", "1.30.3-distroless"].map((tag) => ({
      when: `production runs the release ${tag}`,
      change: apiWith(`${container}.image`, `registry.example/api:${tag}`),
      says: [],
    })),
    {
      when: "production runs a digest",
      change: apiWith(`${container}.image`, `registry.example/api@sha256:${"0".repeat(64)}`),
      says: [],
    },
  ],

  "secrets-by-name": [
    {
      when: "a password is text",
      change: (objects) => {
        const env = at(named(objects, "Deployment", "grafana"), `${container}.env`) as Record<
          string,
          unknown
        >[];
        const password = env.find(({ name }) => name === "GF_SECURITY_ADMIN_PASSWORD")!;
        delete password.valueFrom;
        password.value = "admin";
      },
      says: [
        "Deployment cancer-mlops/grafana container grafana has GF_SECURITY_ADMIN_PASSWORD as plain text",
      ],
    },
    {
      when: "a token is empty: nothing is given away",
      change: adding("Deployment", "grafana", `${container}.env`, { name: "API_TOKEN", value: "" }),
      says: [],
    },
    {
      when: "a pod has nothing but a container",
      change: bare,
      says: [],
    },
  ],
};
