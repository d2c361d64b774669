/** Conditions, as nearly every object of Kubernetes has them. */
import type { ApiObject } from "../api/client.ts";

/** Whether the object's condition of that type is true. An object without conditions (yet) has none that is. */
export function hasCondition(object: ApiObject, type: string): boolean {
  const status = object.status as
    { conditions?: readonly { type: string; status: string }[] | null } | undefined;
  return (
    status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false
  );
}
