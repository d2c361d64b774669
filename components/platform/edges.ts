/** The calls between a platform's workloads, jobs and data services, from both of their ends. */
import { servicesIn, storeJobsOf, type Platform } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { podsOfData } from "../data/index.ts";
import { selectorLabels, type Labels } from "../labels.ts";
import { portNumber, type Callee, type Edges } from "../workload/network.ts";

/** Something that may call or be called. */
interface End {
  /** `namespace/name` */
  readonly key: string;
  readonly pods: readonly Labels[];
}

/** Something that says who may call it. */
interface Called {
  readonly name: string;
  readonly namespace: string;
  readonly callers: Platform["applications"][number]["workloads"][number]["callers"];
  /** Pods that answer at a port, and the numbers behind its name. @throws where it has no such port. */
  readonly at: (port: string) => readonly Callee[];
}

/**
 * Who calls whom, from the callers that the called ones declare.
 *
 * @throws where a caller is declared that the platform does not have, or a port that the called one does not.
 */
export function edgesOf(platform: Platform, facts: ClusterFacts): Edges {
  const ends = new Map<string, readonly Labels[]>();
  for (const { key, pods } of endsOf(platform, facts)) ends.set(key, [...(ends.get(key) ?? []), ...pods]);
  const callees = new Map<string, readonly Callee[]>();
  const unknown = new Map<string, readonly string[]>();
  for (const called of calledIn(platform, facts)) {
    for (const caller of called.callers) {
      const answers = called.at(caller.port);
      if (caller.kind !== "workload") continue;
      const key = `${caller.namespace ?? called.namespace}/${caller.workload}`;
      callees.set(key, [...(callees.get(key) ?? []), ...answers]);
      if (!ends.has(key)) unknown.set(key, [...(unknown.get(key) ?? []), called.name]);
    }
  }
  for (const [caller, by] of unknown) {
    throw new Error(
      `platform "${platform.name}": ${by.join(", ")} names the caller "${caller}", which is not one of its workloads, ` +
        `jobs or data services (${[...ends.keys()].sort().join(", ")})`,
    );
  }
  return { pods: ends, callees };
}

function endsOf(platform: Platform, facts: ClusterFacts): readonly End[] {
  const { name, applications } = platform;
  return applications.flatMap(({ namespace, workloads, jobs = [], data = [] }) => [
    ...[...workloads, ...jobs].map((workload) => ({
      key: `${namespace}/${workload.name}`,
      pods: [selectorLabels(name, workload.name)],
    })),
    ...data.flatMap(storeJobsOf).map((job) => ({
      key: `${namespace}/${job.name}`,
      pods: [selectorLabels(name, job.name)],
    })),
    ...data.flatMap((spec) =>
      podsOfData(spec, { platform: name, services: servicesIn(platform, namespace), facts }).flatMap((pods) =>
        // By the service's name all of its pods are meant, by their own name these alone.
        [...new Set([spec.name, pods.name])].map((key) => ({
          key: `${namespace}/${key}`,
          pods: [pods.labels],
        })),
      ),
    ),
  ]);
}

function calledIn(described: Platform, facts: ClusterFacts): readonly Called[] {
  const { name: platform, applications } = described;
  return applications.flatMap(({ namespace, workloads, data = [] }): Called[] => [
    ...workloads.map((workload) => ({
      name: workload.name,
      namespace,
      callers: workload.callers,
      at: (port: string) => [
        { namespace, pods: [selectorLabels(platform, workload.name)], ports: [portNumber(workload, port)] },
      ],
    })),
    ...data.map((spec) => ({
      name: spec.name,
      namespace,
      callers: spec.callers,
      at: (port: string) => {
        const all = podsOfData(spec, { platform, services: servicesIn(described, namespace), facts });
        const answers = all.flatMap(({ labels, ports }) => {
          const numbers = ports[port];
          return numbers === undefined ? [] : [{ namespace, pods: [labels], ports: numbers }];
        });
        if (answers.length === 0) {
          const names = [...new Set(all.flatMap(({ ports }) => Object.keys(ports)))].join(", ");
          throw new Error(`${spec.kind} "${spec.name}" has no port "${port}" (its ports: ${names})`);
        }
        return answers;
      },
    })),
  ]);
}
