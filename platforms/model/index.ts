/** The vocabulary in which platforms are described. */
export * from "./backup.ts";
export * from "./connection.ts";
export type * from "./data.ts";
export * from "./data-secrets.ts";
export * from "./delivery.ts";
export type * from "./job.ts";
export * from "./login.ts";
export type * from "./namespace.ts";
export * from "./objective.ts";
export * from "./offsite.ts";
export type * from "./platform.ts";
export * from "./preview.ts";
export type * from "./progressive.ts";
export * from "./route.ts";
export * from "./secret.ts";
export * from "./workload.ts";
export type { Autoscaling, Resources, ScalingBehavior, StoreSize, WorkloadSize } from "../../config/index.ts";
export { amountOf } from "../../config/sizes/quantity.ts";
