/** What the parts of the chest-xray page share: its two copies, their names, hosts and states. */
import type { ChestXrayColor, ChestXraySettings, Environment, Settings } from "../../config/index.ts";

export interface ChestXrayStack {
  readonly settings: Settings;
  readonly chestXray: ChestXraySettings;
}

export const colors = ["blue", "green"] as const satisfies readonly ChestXrayColor[];

/** Name of the server in both copies; the seed's commands select it by `app=chest-xray-mlops`. */
export const server = "chest-xray-mlops";

/** The seed's short names of environments (`chest-xray-mlops-prod-blue`, `prod-postgres-blue.internal`). */
const shortNames: Record<Environment, string> = { dev: "dev", staging: "staging", production: "prod" };

export function shortNameOf({ settings }: ChestXrayStack): string {
  return shortNames[settings.environment];
}

/** Seed 004, "Environment-Specific Values": `production-blue`, `production-green`. */
export function namespaceOf({ settings }: ChestXrayStack, color: ChestXrayColor): string {
  return `${settings.environment}-${color}`;
}

/** Host that users know: `api.production.<domain>`. */
export function publicHost({ settings }: ChestXrayStack): string {
  return `api.${settings.environment}.${settings.domain}`;
}

/** Host of one copy, whatever its share of traffic: `api-blue.production.<domain>`. */
export function hostOf({ settings }: ChestXrayStack, color: ChestXrayColor): string {
  return `api-${color}.${settings.environment}.${settings.domain}`;
}

/** Whether a copy takes requests of the public host; the other one stands by. */
export function isActive({ chestXray }: ChestXrayStack, color: ChestXrayColor): boolean {
  return chestXray.traffic[color] > 0;
}
