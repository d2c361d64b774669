/** The labels that every object of a platform carries, by Kubernetes' recommended names. */

export interface Owner {
  /** Platform that the object belongs to. */
  readonly platform: string;
  /** Unit of delivery that the object belongs to. */
  readonly application?: string;
  /** What the unit of delivery says of all its objects. */
  readonly labels?: Labels;
}

export type Labels = Readonly<Record<string, string>>;

/** On what is about pods that a chart makes: they are not among the objects that Quint registers. */
export const chartPodsLabel = "quint.dev/pods-of-chart";

/** Labels of an object of a platform or of one of its applications. */
export function ownerLabels(owner: Owner): Labels {
  return {
    ...owner.labels,
    "app.kubernetes.io/managed-by": "quint",
    "app.kubernetes.io/part-of": owner.platform,
    ...(owner.application === undefined ? {} : { "quint.dev/application": owner.application }),
  };
}

/** Labels by which Services, budgets, policies and autoscalers find a workload's pods. They never change. */
export function selectorLabels(platform: string, workload: string): Labels {
  return { "app.kubernetes.io/name": workload, "app.kubernetes.io/part-of": platform };
}
