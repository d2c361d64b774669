/** Rules that the workflows keep: pinned actions, least permissions, no text of others in a shell, no lock forgotten. */
import assert from "node:assert/strict";
import { commandLine } from "../../../automation/cli.ts";
import { actions, scripts, workflows, type Step } from "./read.ts";

const everything = [...workflows, ...actions];
const jobs = workflows.flatMap(({ file, jobs }) =>
  Object.entries(jobs).map(([name, job]) => ({ at: `${file} ${name}`, job })),
);
const steps: readonly { readonly at: string; readonly step: Step }[] = [
  ...jobs.flatMap(({ at, job }) => (job.steps ?? []).map((step) => ({ at, step }))),
  ...actions.flatMap(({ file, steps }) => steps.map((step) => ({ at: file, step }))),
];

describe("workflows", () => {
  it("are those that the seeds name, and some more", () => {
    const names = workflows.map(({ file }) => file.replace(/^.*\/|\.yml$/g, ""));
    for (const name of [
      "build-images",
      "production-deployment",
      "rollback",
      "staging-deployment",
      "pull-request",
    ])
      assert.ok(names.includes(name), name);
  });

  it("pin every action of others by commit, and say its version", () => {
    for (const { file, text } of everything)
      for (const [, used] of text.matchAll(/^\s*(?:- )?uses: (.+)$/gm))
        assert.match(used!, /^\.\/|^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
  });

  it("pin an action to one commit everywhere", () => {
    const pins = new Map<string, string>();
    for (const { file, text } of everything)
      for (const [, repository, pin] of text.matchAll(/uses: ([\w.-]+\/[\w.-]+)\S*@(.+)$/gm)) {
        assert.equal(pins.get(repository!) ?? pin, pin, `${file}: ${repository!}`);
        pins.set(repository!, pin!);
      }
    assert.ok(pins.size > 10);
  });

  it("begin with at most the right to read, and give jobs what they need", () => {
    for (const { file, permissions } of workflows) assert.deepEqual(permissions, { contents: "read" }, file);
    for (const { at, job } of jobs)
      assert.ok(typeof job.permissions !== "string", `${at}: neither read-all nor write-all`);
  });

  it("are never run with rights by somebody else's code", () => {
    for (const { file, on } of workflows) {
      const triggers = Object.keys(on as object);
      assert.ok(!triggers.includes("pull_request_target") && !triggers.includes("workflow_run"), file);
    }
  });

  it("bring no expression into a shell: it would run what somebody typed", () => {
    for (const { at, step } of steps) assert.doesNotMatch(step.run ?? "", /\$\{\{/, at);
  });

  it("limit every job's time", () => {
    for (const { at, job } of jobs) if (job.uses === undefined) assert.ok(job["timeout-minutes"]! > 0, at);
  });

  it("lock a stack while they change it, and end no change in the middle", () => {
    const changing = jobs.filter(({ job }) =>
      /^(staging|production|\$\{\{ inputs\.stack \}\})$/.test(job.environment ?? ""),
    );
    assert.equal(changing.length, 3);
    for (const { at, job } of changing) {
      assert.equal(job.concurrency?.group, `deploy-${job.environment!}`, at);
      assert.equal(job.concurrency["cancel-in-progress"], false, at);
    }
  });

  it("deploy the commit that was checked, whatever they deploy, before any of it runs", () => {
    const deploying = jobs.filter(({ job }) => /^(staging|production)$/.test(job.environment ?? ""));
    assert.equal(deploying.length, 2);
    for (const { at, job } of deploying) {
      const [, second] = job.steps ?? [];
      assert.equal(second?.run, ".github/scripts/unmoved.sh", at);
      assert.equal(second.if, undefined, at);
    }
  });

  it("keep scripts of more than ten lines in files that ShellCheck reads", () => {
    for (const { at, step } of steps) assert.ok((step.run ?? "").trim().split("\n").length <= 10, at);
    for (const { file, text } of scripts)
      assert.match(text, /^#!\/usr\/bin\/env bash\n# [^]*?\nset -e?uo pipefail\n/, file);
  });

  it("ask for no key that lasts", () => {
    for (const { file, text } of everything)
      assert.doesNotMatch(
        text,
        /AWS_SECRET_ACCESS_KEY|aws-secret-access-key|PULUMI_ACCESS_TOKEN|OCI_(PRIVATE_)?KEY/,
        file,
      );
  });

  it("call commands that there are, with options that they have", () => {
    const known = new Map(commandLine().commands.map((command) => [command.name(), command]));
    const lines = [
      ...steps.map(({ at, step }) => ({ at, text: step.run ?? "" })),
      ...scripts.map(({ file, text }) => ({ at: file, text })),
    ].flatMap(({ at, text }) =>
      [...text.matchAll(/\.\/quint ([a-z][^\n|&;>)]*)/g)].map(([, call]) => ({ at, call: call! })),
    );
    assert.ok(lines.length > 20);
    for (const { at, call } of lines) {
      const words = call.trim().split(/\s+/);
      const command = known.get(words[0]!);
      assert.ok(command, `${at}: ${call}`);
      const inner = command.commands.find((each) => each.name() === words[1]);
      if (command.commands.length > 0) assert.ok(inner, `${at}: ${call}`);
      const options = (inner ?? command).options.flatMap(({ long, short }) => [long, short]);
      for (const word of words.filter((each) => each.startsWith("-")))
        assert.ok(options.includes(word), `${at}: ${call}`);
    }
  });
});
