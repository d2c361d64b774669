/** What a drill found: the report object, and the metrics that are made of it. */
import { z } from "zod";

const storeReport = z.strictObject({
  store: z.string(),
  kind: z.string(),
  ok: z.boolean(),
  /** Why not. */
  reason: z.string().optional(),
  backup: z.string().optional(),
  /** Size of the backup in the bucket. */
  bytes: z.number().optional(),
  /** From the first byte read to a store that answers. */
  restoreSeconds: z.number().optional(),
  /** Between the newest data that could have been restored and the drill. */
  ageSeconds: z.number().optional(),
  /** Parts (tables, buckets, databases of keys) and rows, objects or keys that were compared. */
  compared: z.strictObject({ parts: z.int(), count: z.int() }).optional(),
  /** What was not looked at, and why. */
  skipped: z.string().optional(),
});

const reportSchema = z.strictObject({
  version: z.literal(1),
  platform: z.string(),
  started: z.iso.datetime(),
  finished: z.iso.datetime(),
  ok: z.boolean(),
  /** Why not, where that is nothing of one store. */
  reason: z.string().optional(),
  /** All stores, one after the other. */
  restoreSeconds: z.number(),
  timeObjectiveSeconds: z.number(),
  stores: z.array(storeReport),
});

export type StoreReport = z.infer<typeof storeReport>;
export type DrillReport = z.infer<typeof reportSchema>;

export function parseReport(text: string): DrillReport {
  return reportSchema.parse(JSON.parse(text));
}

/** Name of the ConfigMap that a drill writes its report to, in the namespace that it runs in, and its key. */
export const reportObject = { name: "restore-drill-report", key: "report.json" } as const;

/** A line for each store, and the verdict: for logs and terminals. */
export function reportLines({
  platform,
  ok,
  reason,
  restoreSeconds,
  timeObjectiveSeconds,
  stores,
}: DrillReport) {
  const lines = stores.map((store) => {
    const { compared, restoreSeconds: seconds, ageSeconds } = store;
    const words = [
      ...(store.reason === undefined ? [] : [store.reason]),
      ...(compared === undefined ? [] : [`${compared.count} in ${compared.parts} parts the same`]),
      ...(seconds === undefined ? [] : [`restored in ${seconds.toFixed(1)} s`]),
      ...(ageSeconds === undefined ? [] : [`age of the data ${ageSeconds.toFixed(1)} s`]),
      ...(store.skipped === undefined ? [] : [`skipped: ${store.skipped}`]),
    ];
    return `${store.ok ? "ok    " : "FAILED"} ${store.kind} ${store.store}: ${words.join("; ")}`;
  });
  const verdict = ok ? "can be restored" : `cannot be relied on${reason === undefined ? "" : `: ${reason}`}`;
  return [
    ...lines,
    `${platform} ${verdict}: ${restoreSeconds.toFixed(1)} s for all stores (objective ${timeObjectiveSeconds} s)`,
  ];
}

const metrics: readonly (readonly [
  name: string,
  help: string,
  value: (report: DrillReport, store: StoreReport) => number | undefined,
])[] = [
  [
    "success",
    "Whether the newest backup was restored and is what was recorded.",
    (report, { ok }) => (ok && report.reason === undefined ? 1 : 0),
  ],
  ["seconds", "Time that the restore took.", (_, { restoreSeconds }) => restoreSeconds],
  ["age_seconds", "Age of the newest data that could be restored.", (_, { ageSeconds }) => ageSeconds],
  [
    "last_run_timestamp_seconds",
    "When the last drill ended.",
    ({ finished }) => new Date(finished).getTime() / 1000,
  ],
];

/** The reports in Prometheus' text format. */
export function metricsText(reports: readonly DrillReport[]): string {
  return metrics
    .flatMap(([name, help, valueOf]) => {
      const full = `quint_restore_drill_${name}`;
      const samples = reports.flatMap((report) =>
        report.stores.flatMap((store) => {
          const value = valueOf(report, store);
          const labels = `platform=${JSON.stringify(report.platform)},store=${JSON.stringify(store.store)}`;
          return value === undefined ? [] : [`${full}{${labels}} ${value}`];
        }),
      );
      return [`# HELP ${full} ${help}`, `# TYPE ${full} gauge`, ...samples];
    })
    .map((line) => `${line}\n`)
    .join("");
}
