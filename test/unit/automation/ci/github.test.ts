/** What workflows write to GitHub and Slack: one comment of a kind, records of deployments, messages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeComment } from "../../../../automation/ci/comment.ts";
import { gitHub } from "../../../../automation/ci/github.ts";
import { notify } from "../../../../automation/ci/notify.ts";
import { record, sameContentIn, successOf, type Wanted } from "../../../../automation/ci/records.ts";
import { job, withServer } from "./server.ts";

const repository = "/repos/o/r";
const list = (path: string, query = ""): string => `GET ${repository}${path}?${query}per_page=100&page=1`;
const sent = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

describe("a pull request's comment", () => {
  const comments = list("/issues/5/comments");
  const made = `POST ${repository}/issues/5/comments`;
  const edited = `PATCH ${repository}/issues/comments/12`;
  const marked = "<!-- quint: previews -->\nold";
  const write = (address: string, text = "new") =>
    writeComment(gitHub(job(address)), { pullRequest: 5, kind: "previews", text });

  it("is made once, and edited where a bot's is there", async () => {
    const cases = [
      { there: [], done: "made" },
      { there: [{ id: 12, body: marked, user: { type: "Bot" } }], done: "edited" },
      // Somebody quotes it; another kind.
      { there: [{ id: 12, body: marked, user: { type: "User" } }], done: "made" },
      { there: [{ id: 12, body: "<!-- quint: other -->", user: { type: "Bot" } }], done: "made" },
    ];
    for (const { there, done } of cases) {
      const answer = { id: 12, body: "", user: null };
      await withServer({ [comments]: there, [made]: answer, [edited]: answer }, async (address, requests) => {
        assert.equal(await write(address), done);
        const { line, body, headers } = requests[1]!;
        assert.equal(line, done === "made" ? made : edited);
        assert.equal(sent(body).body, "<!-- quint: previews -->\nnew");
        assert.equal(headers.authorization, "Bearer job-token");
      });
    }
  });

  it("is cut to what GitHub takes, with its open block closed", async () => {
    await withServer({ [comments]: [], [made]: { id: 1 } }, async (address, requests) => {
      await write(address, `\`\`\`text\n${"x".repeat(70_000)}\n\`\`\``);
      const body = String(sent(requests[1]!.body).body);
      assert.ok(body.length < 65_536);
      assert.match(body, /\n```\n\n\*Cut here/);
    });
  });

  it("fails with GitHub's words, and never with the token", async () => {
    await withServer({}, async (address) => {
      await assert.rejects(write(address), (error: Error) => {
        assert.match(error.message, /GET \/repos\/o\/r\/issues.* with 404: .*Not Found/);
        return !error.message.includes("job-token");
      });
    });
    assert.throws(() => gitHub({ GITHUB_REPOSITORY: "o/r" }), /GITHUB_TOKEN is not set/);
  });
});

describe("records of deployments", () => {
  const query = "environment=staging&task=deploy%3Acancer&";
  const deployments = [
    { id: 3, sha: "c3", created_at: "t3", payload: { versions: ["v3.0.0"] } },
    { id: 2, sha: "c2", created_at: "t2", payload: JSON.stringify({ versions: ["v2.0.0", "v2.0.1"] }) },
    { id: 1, sha: "c1", created_at: "t1", payload: {} },
  ];
  const statuses = (id: number, ...states: readonly string[]) => ({
    [list(`/deployments/${id}/statuses`)]: states.map((state) => ({ state })),
  });
  const answers = {
    [list("/deployments", query)]: deployments,
    ...statuses(3, "failure"),
    // A later deployment made it inactive: it was a success all the same.
    ...statuses(2, "inactive", "success"),
    ...statuses(1, "success"),
  };
  const found = async (wanted: object): Promise<unknown> => {
    let outcome: unknown;
    await withServer(answers, async (address) => {
      outcome = await successOf(gitHub(job(address)), {
        platform: "cancer",
        stack: "staging",
        ...wanted,
      } as Wanted);
    });
    return outcome;
  };

  it("are found by version, where one succeeded", async () => {
    assert.deepEqual(await found({ version: "v2.0.1" }), { commit: "c2", at: "t2" });
    assert.equal(await found({ version: "v3.0.0" }), undefined);
    assert.equal(await found({ version: "v4.0.0" }), undefined);
  });

  it("are found by commit, where one has the same content", async () => {
    const like = (other: string) => (one: string) => one === other;
    assert.deepEqual(await found({ commit: "m", isSame: like("c1") }), { commit: "c1", at: "t1" });
    assert.equal(await found({ commit: "m", isSame: like("c3") }), undefined);
  });

  it("say what was deployed, and end no other record", async () => {
    const made = `POST ${repository}/deployments`;
    const ended = `POST ${repository}/deployments/9/statuses`;
    await withServer({ [made]: { id: 9 }, [ended]: { state: "success" } }, async (address, requests) => {
      const outcome = { commit: "c9", versions: ["v9.0.0"], state: "success", page: "https://run" } as const;
      await record(gitHub(job(address)), { platform: "cancer", stack: "staging", ...outcome });
      const { ref, task, payload, required_contexts: contexts } = sent(requests[0]!.body);
      assert.deepEqual(
        { ref, task, payload, contexts },
        { ref: "c9", task: "deploy:cancer", payload: { versions: ["v9.0.0"] }, contexts: [] },
      );
      assert.deepEqual(sent(requests[1]!.body), {
        state: "success",
        log_url: "https://run",
        auto_inactive: false,
      });
    });
  });

  it("compare commits without what belongs to one stack", () => {
    const root = mkdtempSync(join(tmpdir(), "quint-records-"));
    const git = (...args: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: root,
      }).toString();
    const commit = (file: string, text: string): string => {
      mkdirSync(join(root, "deploy"), { recursive: true });
      writeFileSync(join(root, file), text);
      git("add", ".");
      git("commit", "-qm", file);
      return git("rev-parse", "HEAD").trim();
    };
    try {
      git("init", "-q");
      const first = commit("index.ts", "1");
      commit("Pulumi.production.yaml", "1");
      const same = commit("deploy/a.yaml", "1");
      const other = commit("index.ts", "2");
      const sameContent = sameContentIn(root);
      assert.equal(sameContent(first, same), true);
      assert.equal(sameContent(first, other), false);
      // A commit that is gone proves nothing.
      assert.equal(sameContent("0".repeat(40), other), false);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe("messages to Slack", () => {
  it("carry outcome, person and run, without markup of theirs", async () => {
    await withServer({ "POST /hook": {} }, async (address, requests) => {
      const environment = { ...job(address), GITHUB_ACTOR: "ada", SLACK_WEBHOOK_URL: `${address}/hook` };
      assert.equal(await notify("Rollback (<!channel>)", "failure", environment), true);
      const [attachment] = sent(requests[0]!.body).attachments as Record<string, string>[];
      assert.equal(attachment!.color, "danger");
      assert.equal(attachment!.text, "Rollback (&lt;!channel&gt;): failure");
      assert.match(attachment!.footer!, /^ada · <https:\/\/github.com\/o\/r\/actions\/runs\/7\|run>$/);
    });
  });

  it("are left out where no webhook is set, and never show its address", async () => {
    assert.equal(await notify("x", "success", {}), false);
    await withServer({}, async (address) => {
      const refused = notify("x", "success", { SLACK_WEBHOOK_URL: `${address}/secret` });
      await assert.rejects(
        refused,
        (error: Error) => /refused.*404/.test(error.message) && !error.message.includes("secret"),
      );
    });
    const unreachable = notify("x", "success", { SLACK_WEBHOOK_URL: "http://127.0.0.1:1/secret" });
    await assert.rejects(unreachable, (error: Error) => !/secret|127/.test(error.message));
  });
});
