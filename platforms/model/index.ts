/** The vocabulary in which platforms are described. */
export * from "./connection.ts";
export type * from "./data.ts";
export type * from "./job.ts";
export * from "./login.ts";
export type * from "./namespace.ts";
export type * from "./platform.ts";
export type * from "./progressive.ts";
export * from "./route.ts";
export type * from "./secret.ts";
export * from "./workload.ts";
export type { Autoscaling, Resources, ScalingBehavior, WorkloadSize } from "../../config/index.ts";
