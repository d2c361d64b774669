/** The rules that follow from what a platform has, beside those that its page declares. */
import type { ApplicationSpec, Platform, RuleGroupSpec } from "../model/index.ts";
import { namespaceAlerts } from "./namespaces.ts";
import { objectiveGroup } from "./objectives.ts";
import { drillAlerts } from "./recovery.ts";
import { storeAlerts } from "./stores.ts";

export { oldestResult } from "./cadence.ts";
export { rose } from "./counters.ts";
export { namespaceAlerts } from "./namespaces.ts";

/** The platform with the rules of its objectives, stores, namespaces and backups. */
export function withRules(platform: Platform): Platform {
  const { name, backups, namespaces } = platform;
  const objectives = platform.applications.flatMap((application) => application.objectives ?? []);
  const judged = objectiveHolder(platform);
  const applications = platform.applications.map((application, index): ApplicationSpec => {
    const { data = [], namespace } = application;
    const first = index === 0;
    const groups: RuleGroupSpec[] = [
      group("namespaces", first ? namespaceAlerts(namespaces.map((each) => each.name)) : []),
      group("restore-drill", first && backups !== undefined ? drillAlerts(name, backups) : []),
      group(
        "stores",
        data.flatMap((service) => storeAlerts(service, namespace)),
      ),
      ...(application === judged ? [objectiveGroup(name, objectives)] : []),
    ];
    const ruleGroups = groups.filter(({ alerts, recordings }) => alerts.length + recordings.length > 0);
    return ruleGroups.length === 0 ? application : { ...application, ruleGroups };
  });
  return { ...platform, applications };
}

/** All objectives are judged by the same two alerts, which stand beside the first. */
function objectiveHolder({ applications }: Platform): ApplicationSpec | undefined {
  return applications.find(({ objectives = [] }) => objectives.length > 0);
}

function group(name: string, alerts: RuleGroupSpec["alerts"]): RuleGroupSpec {
  return { name, recordings: [], alerts };
}
