/** Addresses of Grafana's Explore, with a question filled in. */
import type { DataSource } from "./panel.ts";

/** @param query may hold variables (`${...}`), which Grafana fills in. */
export function explore(source: DataSource, query: string): string {
  const panes = {
    quint: {
      datasource: source,
      queries: [
        {
          refId: "A",
          datasource: { type: source, uid: source },
          ...(source === "tempo" ? { queryType: "traceql", query } : { expr: query }),
        },
      ],
      range: { from: "${__from}", to: "${__to}" },
    },
  };
  // Variables must reach Grafana as they are, or it would not see them.
  const text = encodeURIComponent(JSON.stringify(panes)).replaceAll(
    /%24%7B([\w.]+)%7D/g,
    (_match, name: string) => `\${${name}}`,
  );
  return `/explore?schemaVersion=1&orgId=1&panes=${text}`;
}
