/** Staging with previews of pull requests, which its own file leaves out. */
import { parse, stringify } from "yaml";
import { root, stackFile } from "./stack-files.ts";

const organization = "your-organization";

/** What the stack's settings say of previews. */
export const previewSettings = {
  owner: organization,
  repository: "health-data",
  label: "preview",
  credentials: "github-pull-requests",
  atMost: 2,
} as const;

/** The options of a render of it: every server of the platform, each with an image. */
export function previewedStaging() {
  const file = parse(stackFile("staging")) as { config: Record<string, Record<string, unknown>> };
  const servers = ["health-api", "etl-engine", "webauthn-server", "webauthn-example-service"];
  file.config["quint:platforms"]!["health-data"] = {
    applications: ["etl-engine", "webauthn-stack"],
    previews: previewSettings,
    workloads: Object.fromEntries(
      servers.map((name) => [name, { image: `ghcr.io/${organization}/${name}:staging-latest` }]),
    ),
  };
  return { root, stack: "staging", text: stringify(file) } as const;
}
