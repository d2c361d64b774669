/** `quint deploy`: a new version of a platform, checked, delivered, watched. */
import { mirroredImage } from "../../config/catalog/mirror.ts";
import { isSimulated } from "../../config/index.ts";
import type { ReleasePlan, ReleaseStrategy } from "../../platforms/release/index.ts";
import { accessTo, connect } from "../cluster/access.ts";
import { runSteps } from "../console/steps.ts";
import { say } from "../console/terminal.ts";
import { differenceLines } from "../console/difference.ts";
import { badInput, declined } from "../exit.ts";
import { differencesOf } from "../render/difference.ts";
import { filesOf } from "../render/index.ts";
import { backUp } from "./backup.ts";
import { namespacesOf, type DeliveryContext } from "./context.ts";
import { checkWindows } from "./permission.ts";
import { planOperation, type OperationPlan } from "./plan.ts";
import { checkImages, type ImageFinding } from "./registry.ts";
import { begun, resumed, type Asked, type Done } from "./run.ts";

export interface DeployRequest {
  readonly version: string;
  readonly strategy?: ReleaseStrategy;
  readonly environment?: string;
}

/** A tag, as registries take it. */
const tag = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export async function deployVersion(asked: Asked, request: DeployRequest): Promise<Done> {
  const again = await resumed(asked);
  if (again !== undefined) return again;
  const { context, options } = asked;
  const release = releaseOf(context, request);
  const permission = checkWindows(context, options);
  const findings = await imagesOf(context, release.images);
  return await begun(asked, {
    plan: operationOf(context, request, release),
    permission,
    notes: notesOn(findings),
    prepare: (operation) => backupBefore(context, operation),
  });
}

/** Everything that `deploy` checks, and what it would change, object by object; nothing is changed. */
export async function rehearseDeploy({ context, request, options }: Asked, of: DeployRequest): Promise<void> {
  const release = releaseOf(context, of);
  const permission = checkWindows(context, options);
  const findings = await imagesOf(context, release.images);
  const plan = operationOf(context, of, release);
  const { journal, difference } = planOperation(context, plan, {
    request,
    emergency: options.emergency ?? false,
    notes: [...permission.notes, ...notesOn(findings)],
  });
  const { root, stack, overrides } = context;
  const text = journal.stages.at(-1)?.text ?? journal.before;
  const before = await filesOf({ root, stack, overrides });
  const changes = differencesOf(before, await filesOf({ root, stack, overrides, text }));
  if (options.json === true) {
    const { from, to, notes } = journal.record;
    say(JSON.stringify({ version: 1, stack, dryRun: true, from, to, notes, changes }, undefined, 2));
    return;
  }
  for (const line of difference.split("\n")) say(line);
  for (const line of journal.record.notes) say(`  ${line}`);
  for (const line of differenceLines(changes)) say(line);
  say("Nothing was changed (--dry-run).");
}

/** @throws CommandError where the version, the strategy or the environment cannot be. */
export function releaseOf(
  { release, settings, name }: DeliveryContext,
  { version, strategy, environment }: DeployRequest,
): ReleasePlan {
  if (!tag.test(version)) {
    throw badInput(
      `"${version}" is no version: it is the tag of the images, of letters, digits, ".", "_" and "-".`,
      "For example v2.1.0.",
    );
  }
  if (strategy !== undefined && !release.strategies.includes(strategy)) {
    throw badInput(
      `${name} has no ${strategy} delivery.`,
      `It has: ${release.strategies.join(", ")}. Leave --strategy out for the one that its settings have.`,
    );
  }
  if (environment !== undefined && !release.environments.includes(environment)) {
    throw badInput(
      `${name} has no environment "${environment}".`,
      release.environments.length === 0
        ? "It has but one: leave --environment out."
        : `It has: ${release.environments.join(", ")}.`,
    );
  }
  const plan = release.plan(settings, {
    version,
    ...(strategy === undefined ? {} : { strategy }),
    ...(environment === undefined ? {} : { environment }),
  });
  if ("reason" in plan) throw declined(`${plan.reason}. Nothing was changed.`, plan.remedy);
  return plan;
}

function operationOf(
  context: DeliveryContext,
  { version }: DeployRequest,
  release: ReleasePlan,
): OperationPlan {
  const { environment, edits } = release;
  const from = context.release.current(context.settings);
  const where = environment === undefined ? "" : ` to ${environment}`;
  return {
    kind: "deploy",
    ...(environment === undefined ? {} : { environment }),
    ...(from === undefined ? {} : { from }),
    to: `${version}${where}`,
    stages: [{ step: `${version}${where}`, edits, watched: true }],
    namespaces: namespacesOf(context, environment),
    takesBack: true,
  };
}

/** @throws CommandError (declined) where a registry says that an image is not there. */
export async function imagesOf(
  { settings }: Pick<DeliveryContext, "settings">,
  images: readonly string[],
): Promise<ImageFinding[]> {
  const mirror = { images: settings.images.mirror };
  const architectures = [...new Set(settings.cluster.nodePools.map(({ architecture }) => architecture))];
  const findings = await checkImages(
    images.map((image) => mirroredImage(image, mirror)),
    architectures,
  );
  const missing = findings.filter(({ found }) => found === "missing");
  if (missing.length > 0) {
    throw declined(
      `Not there for ${architectures.join(" and ")} nodes:\n${missing.map((finding) => `  ${wordsOf(finding)}`).join("\n")}`,
      "Build and push them first. Nothing was changed.",
    );
  }
  return findings;
}

export function notesOn(findings: readonly ImageFinding[]): string[] {
  return findings
    .filter(({ found }) => found === "unknown")
    .map((finding) => `image not checked: ${wordsOf(finding)}`);
}

function wordsOf(finding: ImageFinding): string {
  return "reason" in finding ? `${finding.image}: ${finding.reason}` : finding.image;
}

/** A backup of what the platform says must not be lost; where no controllers run, a line in the record says so. */
async function backupBefore(
  { platform, settings, root }: DeliveryContext,
  operation: string,
): Promise<readonly string[]> {
  const { backups } = platform;
  if (backups === undefined) return [];
  if (isSimulated(settings.cluster)) return ["backup skipped: Velero does not run on a simulated cluster"];
  const client = await connect(accessTo(settings, root));
  let name = "";
  await runSteps([
    {
      title: "Backup",
      chatty: true,
      run: async (line) => (name = await backUp(client, { name: platform.name, backups }, operation, line)),
    },
  ]);
  return [`backup ${name}`];
}
