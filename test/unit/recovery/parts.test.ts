/** The drill's own parts: plans, comparison, refusals, metrics. What it does to real stores is test/e2e/restore-drill.test.ts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { S3ServiceException } from "@aws-sdk/client-s3";
import { refusalOf } from "../../../services/recovery/bucket.ts";
import { differences, Tally, type Parts } from "../../../services/recovery/contents.ts";
import { publishReport, type InCluster } from "../../../services/recovery/kubernetes.ts";
import { parsePlan } from "../../../services/recovery/plan.ts";
import { metricsText, reportObject, type DrillReport } from "../../../services/recovery/report.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const part = (count: number, hash = "a", expires?: number) => ({
  count,
  hash,
  ...(expires === undefined ? {} : { expires }),
});

describe("what was restored, against what was recorded", () => {
  const cases: readonly (readonly [
    what: string,
    recorded: Parts,
    restored: Parts,
    found: readonly string[],
  ])[] = [
    ["the same", { t: part(2) }, { t: part(2) }, []],
    ["a part that is gone", { t: part(2) }, {}, ["t is missing (2 recorded)"]],
    ["an empty part that is gone", { t: part(0) }, {}, []],
    ["fewer", { t: part(2) }, { t: part(1) }, ["t has 1 of 2 recorded"]],
    [
      "other content",
      { t: part(2) },
      { t: part(2, "b") },
      ["t has the recorded count of 2, but other content"],
    ],
    ["one more", {}, { t: part(1) }, ["t was not recorded"]],
    ["what expired meanwhile", { t: part(2, "a", 99) }, {}, []],
    ["what has not expired yet", { t: part(2, "a", 101) }, {}, ["t is missing (2 recorded)"]],
  ];
  for (const [what, recorded, restored, found] of cases)
    it(what, () => {
      assert.deepEqual(differences(recorded, restored, 100), found);
    });

  it("names five differences and counts the rest", () => {
    const many = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`t${index}`, part(1)]));
    assert.equal(differences(many, {}).at(-1), "and 3 more");
  });

  it("hashes in any order, and sees where one thing ends", () => {
    const hash = (...things: readonly (readonly string[])[]): string => {
      const tally = new Tally();
      for (const thing of things) tally.add(...thing);
      return tally.part().hash;
    };
    assert.equal(hash(["a"], ["b"]), hash(["b"], ["a"]));
    assert.notEqual(hash(["ab", "c"]), hash(["a", "bc"]));
    assert.notEqual(hash(["a"], ["a"]), hash(["b"], ["b"]));
  });
});

describe("a drill's plan", () => {
  const bucket = { name: "backups", region: "us-east-1" };
  const store = {
    kind: "neo4j",
    name: "graph",
    namespace: "shop",
    folder: "neo4j/shop/graph",
    ageSeconds: 60,
    file: "g",
  };
  const plan = {
    version: 1,
    platform: "shop",
    timeObjectiveSeconds: 60,
    settleSeconds: 0,
    bucket,
    stores: [store],
  };
  it("is taken as it is", () => {
    assert.equal(parsePlan(plan).bucket.prefix, "");
  });
  const wrong: readonly (readonly [change: object, problem: RegExp])[] = [
    [{ stores: [] }, /stores: /],
    [{ stores: [{ ...store, kind: "mysql" }] }, /stores\.0\.kind: /],
    [{ stores: [{ ...store, folder: "/graph/" }] }, /stores\.0\.folder: write a path below the bucket/],
    [{ timeObjectiveSeconds: 0 }, /timeObjectiveSeconds: /],
    [{ bucket: { ...bucket, endpoint: "here" } }, /bucket\.endpoint: /],
    [{ surprise: 1 }, /surprise/],
  ];
  for (const [change, problem] of wrong)
    it(`is refused: ${JSON.stringify(change).slice(0, 60)}`, () => {
      assert.throws(() => parsePlan({ ...plan, ...change }), problem);
    });
});

describe("a refusal of the object store", () => {
  const cases: readonly (readonly [name: string, status: number, meaning: RegExp])[] = [
    ["ExpiredToken", 400, /^the credentials have expired: make new ones .* \(ExpiredToken, 400\)$/],
    ["AccessDenied", 403, /^the credentials do not reach this: widen their policy \(AccessDenied, 403\)$/],
    ["QuotaExceeded", 403, /^the bucket is full \(quota\)/],
    ["SlowDown", 503, /^in its own words \(SlowDown, 503\)$/],
  ];
  for (const [name, httpStatusCode, meaning] of cases)
    it(name, () => {
      const refusal = new S3ServiceException({
        name,
        message: "in its own words",
        $fault: "client",
        $metadata: { httpStatusCode },
      });
      assert.match(refusalOf(refusal), meaning);
    });
});

it("a drill's metrics tell of every store, also of one that could not be restored", () => {
  const report: DrillReport = {
    version: 1,
    platform: "shop",
    started: "2026-11-22T04:00:00.000Z",
    finished: "2026-11-22T04:10:00.000Z",
    ok: false,
    restoreSeconds: 12.5,
    timeObjectiveSeconds: 60,
    stores: [
      { store: "orders", kind: "postgresql", ok: true, restoreSeconds: 12.5, ageSeconds: 300 },
      { store: "sessions", kind: "valkey", ok: false, reason: "damaged" },
    ],
  };
  const samples = metricsText([report])
    .split("\n")
    .filter((line) => line.startsWith("quint_"));
  const of = (store: string) => `{platform="shop",store="${store}"}`;
  assert.deepEqual(samples, [
    `quint_restore_drill_success${of("orders")} 1`,
    `quint_restore_drill_success${of("sessions")} 0`,
    `quint_restore_drill_seconds${of("orders")} 12.5`,
    `quint_restore_drill_age_seconds${of("orders")} 300`,
    `quint_restore_drill_last_run_timestamp_seconds${of("orders")} 1795320600`,
    `quint_restore_drill_last_run_timestamp_seconds${of("sessions")} 1795320600`,
  ]);
});

it("a report is written again where the API server does not take it, and in the end the drill fails", async () => {
  const report: DrillReport = {
    ...{ version: 1, platform: "shop", ok: true, stores: [], restoreSeconds: 1, timeObjectiveSeconds: 60 },
    ...{ started: "2026-11-22T04:00:00.000Z", finished: "2026-11-22T04:10:00.000Z" },
  };
  let busyFor = 2;
  const written: string[] = [];
  const patchNamespacedConfigMap = ({ name }: { readonly name: string }) => {
    busyFor -= 1;
    if (busyFor >= 0) return Promise.reject(new Error("429"));
    written.push(name);
    return Promise.resolve({});
  };
  const cluster = { namespace: "n", core: { patchNamespacedConfigMap } } as unknown as InCluster;
  await publishReport(cluster, report, 1);
  assert.deepEqual(written, [reportObject.name]);
  busyFor = 100;
  await assert.rejects(publishReport(cluster, report, 1), /429/);
});

it("the drill's image has the versions of libraries that are tested here", () => {
  const read = (file: string) =>
    (JSON.parse(readFileSync(join(root, file), "utf8")) as { dependencies: Record<string, string> })
      .dependencies;
  const ours = read("package.json");
  const image = read("services/recovery/package.json");
  assert.deepEqual(image, Object.fromEntries(Object.keys(image).map((name) => [name, ours[name]])));
});
