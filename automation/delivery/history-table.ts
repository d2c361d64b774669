/** The history for people: one line for each delivery. */
import { table } from "../console/table.ts";
import { duration, paint } from "../console/terminal.ts";
import type { Delivery } from "./history.ts";

export function historyTable(deliveries: readonly Delivery[]): string[] {
  return table(
    ["when", "what", "from", "to", "result", "took", "who", "why"].map((title) => ({ title })),
    deliveries.map((delivery) => [
      delivery.started.slice(0, 19).replace("T", " "),
      `${delivery.kind} ${delivery.platform}${delivery.emergency ? " (emergency)" : ""}`,
      delivery.from ?? "",
      delivery.to ?? "",
      paint(delivery.result === "succeeded" ? "green" : "yellow", delivery.result),
      duration(delivery.seconds),
      delivery.who.replace(/ <.*/, ""),
      delivery.because ?? delivery.reason ?? "",
    ]),
  );
}
