/** What runbooks name is there: alerts, series, namespaces, labels and objects of production, pages and headings. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeStack } from "../../../platforms/index.ts";
import { offsiteCopies } from "../../../platforms/model/index.ts";
import { expressionsOf, knownSeries } from "../../support/expressions.ts";
import { at } from "../../support/objects.ts";
import { ask } from "../../support/promql.ts";
import { alertsOf, offsiteRules } from "../../support/rules.ts";
import { objectsOf, root, settingsOf } from "../../support/stacks.ts";

const folder = join(root, "docs/runbooks");
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/** What the restores on the pages make. */
const made: ReadonlySet<string> = new Set(["clinical-restore"]);

/** Spans of code, and indented lines. */
function codeIn(text: string): string[] {
  return [
    ...[...text.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span.replaceAll("\n", " ")),
    ...[...text.matchAll(/^ {4,}(\S.*)$/gm)].map(([, line = ""]) => line),
  ];
}

const everywhere = (check: (code: string) => readonly string[]): string[] =>
  pages.flatMap(({ name, text }) =>
    codeIn(text)
      .flatMap(check)
      .map((problem) => `${name}: ${problem}`),
  );

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe("runbooks", () => {
  it("explain alerts that there are", () => {
    const alerts = new Set([
      ...alertsOf("production").map(({ name }) => name),
      ...offsiteRules().flatMap(({ alert }) => alert ?? []),
    ]);
    const named = pages.flatMap(({ name, text }) => [
      ...[...text.matchAll(/^\| `([A-Z]\w+)`/gm)].map(([, alert = ""]) => ({ name, alert })),
      ...[...text.matchAll(/^## ([A-Z][a-z]+[A-Z].*)$/gm)].flatMap(([, title = ""]) =>
        title.split(", ").map((alert) => ({ name, alert })),
      ),
    ]);
    assert.ok(named.length > 50);
    assert.deepEqual(
      named.filter(({ alert }) => !alerts.has(alert)),
      [],
    );
  });

  it("ask for series that there are", async () => {
    const known = knownSeries(await expressionsOf("production"), false);
    const asked = everywhere((code) =>
      /^[a-z_:0-9]+\{[^}]*\}$/.test(code) ? ask(code, known).problems : [],
    );
    assert.deepEqual(asked, []);
    assert.ok(pages.some(({ text }) => text.includes('rollout_info{phase="Completed"}')));
  });

  it("type namespaces, labels and objects that there are", async () => {
    const { objects } = await objectsOf("production");
    const { foundation } = describeStack(settingsOf("production"));
    const pods = foundation.addOns.flatMap(({ releases }) => releases.flatMap((release) => release.pods));
    const namespaces = new Set(
      objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
    );
    const labels = new Set([
      // Production's file names no second bucket; its job is in the test of that.
      `app.kubernetes.io/name=${offsiteCopies.name}`,
      ...objects.flatMap((object) =>
        [object.metadata.labels, at(object, "spec.template.metadata.labels")].flatMap((each) =>
          Object.entries((each ?? {}) as Record<string, string>).map((pair) => pair.join("=")),
        ),
      ),
    ]);
    const names = new Set([...objects.map(({ metadata }) => metadata.name), ...pods.map(({ name }) => name)]);
    const problems = everywhere((code) => {
      if (!code.startsWith("kubectl ")) return [];
      const after = (flag: string) => new RegExp(` ${flag} ([^\\s<]+)(?= |$)`).exec(code)?.[1];
      const [namespace, label] = [after("-n"), after("-l")];
      const [, deployment] = /deployment\/([\w-]+)/.exec(code) ?? [];
      return [
        ...(namespace === undefined ||
        /^[A-Z]+$/.test(namespace) ||
        namespaces.has(namespace) ||
        made.has(namespace)
          ? []
          : [`no namespace ${namespace}`]),
        ...(label === undefined || labels.has(label) ? [] : [`no label ${label}`]),
        ...(deployment === undefined || names.has(deployment) ? [] : [`no Deployment ${deployment}`]),
      ].map((problem) => `${problem}: ${code}`);
    });
    assert.deepEqual(problems, []);
  });

  it("lead to pages and headings that there are", () => {
    const broken = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/\]\(([^)#\s]*)(?:#([^)]+))?\)/g)]
        .filter(([, target = ""]) => !target.startsWith("http"))
        .filter(([, target = "", anchor]) => {
          const file = target === "" ? join(folder, name) : join(dirname(join(folder, name)), target);
          return (
            !existsSync(file) ||
            (anchor !== undefined && !anchorsOf(readFileSync(file, "utf8")).includes(anchor))
          );
        })
        .map(([link]) => `${name}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });
});
