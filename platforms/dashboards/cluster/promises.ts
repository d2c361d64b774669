/** The objectives of all platforms side by side: whose error budget burns. */
import { platformNames } from "../../../config/index.ts";
import type { DashboardSpec } from "../../model/index.ts";
import { dashboard } from "../dashboard.ts";
import { objectives } from "../objectives.ts";

export function promises(): DashboardSpec {
  return dashboard({
    uid: "cluster-objectives",
    title: "Service level objectives",
    about: "cluster",
    since: "7d",
    choices: [{ name: "platform", label: "Platform", values: platformNames }],
    rows: [objectives("$platform")],
  });
}
