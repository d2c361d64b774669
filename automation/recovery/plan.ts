/** The plan of a drill, as it is in the cluster. */
import { parsePlan, type DrillPlan } from "../../services/recovery/plan.ts";
import { statusOf, type Client } from "../cluster/access.ts";
import { failure } from "../exit.ts";

/** The bucket is in a Secret, which a plan does not need to be checked. */
const anyBucket = { name: "from-the-cluster", region: "from-the-cluster" };

/** @throws CommandError where it is not there; RecoveryFailure where it cannot be used. */
export async function planIn(client: Client, namespace: string): Promise<DrillPlan> {
  const name = "restore-drill-plan";
  try {
    const { data = {} } = await client.core.readNamespacedConfigMap({ name, namespace });
    const plan = JSON.parse(data["plan.json"] ?? "{}") as object;
    return parsePlan({ bucket: anyBucket, ...plan });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw failure(`${namespace} has no plan of a drill (ConfigMap ${name}).`, "Deploy it: ./quint up");
  }
}
