/**
 * The drill on real stores: PostgreSQL with Barman's archive, keys that speak Redis' protocol, and objects, backed up to
 * an S3 server, damaged, restored and compared; and everything that makes a backup one that cannot be relied on.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drill } from "../../services/recovery/drill.ts";
import { parsePlan, type DrillPlanInput } from "../../services/recovery/plan.ts";
import { parseReport, type DrillReport } from "../../services/recovery/report.ts";
import { archive, bucketName, RealStores } from "./support/real-stores.ts";

const program = join(import.meta.dirname, "..", "..", "services", "recovery", "main.ts");
const sessionsFolder = "valkey/shop/sessions";
const picturesFolder = "object-store/shop/pictures";
const ordersFolder = `${archive.above}/${archive.server}`;

describe("restore drill on real stores", function () {
  this.timeout(1_800_000); // 40 s in all on a quiet machine; a restore alone takes 80 on a busy one.
  const stores = new RealStores();
  const scratch = mkdtempSync(join(tmpdir(), "quint-drill-"));
  let base = "";
  let dump = "";

  const hour = 3_600;
  const store = {
    orders: () => ({
      kind: "postgresql" as const,
      name: "orders",
      namespace: "shop",
      folder: ordersFolder,
      ageSeconds: hour,
      server: { host: stores.sockets, port: stores.port, user: "postgres", database: "postgres" },
    }),
    sessions: () => ({
      kind: "valkey" as const,
      name: "sessions",
      namespace: "shop",
      folder: sessionsFolder,
      ageSeconds: hour,
      file: "dump.rdb.gz",
    }),
    pictures: () => ({
      kind: "object-store" as const,
      name: "pictures",
      namespace: "shop",
      folder: picturesFolder,
      ageSeconds: 26 * hour,
      current: "current",
      buckets: ["pictures"],
    }),
  };

  const planOf = (
    names: readonly (keyof typeof store)[],
    changes: Partial<DrillPlanInput> = {},
  ): DrillPlanInput => ({
    version: 1,
    platform: "shop",
    timeObjectiveSeconds: 4 * hour,
    settleSeconds: 0,
    bucket: { name: bucketName, region: "us-east-1", endpoint: stores.endpoint },
    stores: names.map((name) => store[name]()),
    ...changes,
  });

  interface Run {
    readonly code: number | null;
    readonly words: string;
    readonly report?: DrillReport;
    readonly metrics?: string;
  }

  const files = { plan: "plan.json", report: "report.json", metrics: "drill.prom" };

  function launch(verb: "record" | "drill", plan: DrillPlanInput, environment = {}): ChildProcess {
    const outputs = `${scratch}-files`;
    writeFileSync(join(outputs, files.plan), JSON.stringify(plan));
    const args =
      verb === "drill"
        ? ["--report", join(outputs, files.report), "--metrics", join(outputs, files.metrics)]
        : [];
    return spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        program,
        verb,
        join(outputs, files.plan),
        "--scratch",
        scratch,
        ...args,
      ],
      { env: { ...stores.environment, ...environment }, stdio: ["ignore", "ignore", "pipe"] },
    );
  }

  async function ran(verb: "record" | "drill", plan: DrillPlanInput, environment = {}): Promise<Run> {
    const outputs = `${scratch}-files`;
    for (const file of readdirSync(outputs)) rmSync(join(outputs, file));
    const child = launch(verb, plan, environment);
    const chunks: Buffer[] = [];
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(child, "close")) as [number | null];
    const words = Buffer.concat(chunks).toString("utf8");
    assert.deepEqual(readdirSync(scratch), [], `something was left behind\n${words}`);
    if (!readdirSync(outputs).includes(files.report)) return { code, words };
    return {
      code,
      words,
      report: parseReport(readFileSync(join(outputs, files.report), "utf8")),
      metrics: readFileSync(join(outputs, files.metrics), "utf8"),
    };
  }

  /** The same without a process of its own: quicker. */
  async function inProcess(plan: DrillPlanInput, environment = {}): Promise<DrillReport> {
    const before = { ...process.env };
    Object.assign(process.env, stores.environment, environment);
    try {
      const surroundings = { scratch, signal: new AbortController().signal, report: () => undefined };
      return await drill(parsePlan(plan), surroundings);
    } finally {
      for (const key of Object.keys(process.env))
        if (before[key] === undefined) Reflect.deleteProperty(process.env, key);
      Object.assign(process.env, before);
      assert.deepEqual(readdirSync(scratch), []);
    }
  }

  before(async function () {
    this.timeout(90 * 60_000); // The first run on a machine fetches packages and builds the object store.
    cpSync(scratch, `${scratch}-files`, { recursive: true });
    await stores.start((line) => {
      process.stderr.write(`${line}\n`);
    });
    await stores.psql("postgres", "CREATE DATABASE orders");
    await stores.psql(
      "orders",
      "CREATE TABLE orders (id int PRIMARY KEY, paid numeric, at timestamptz, note text, tags text[], body jsonb, raw bytea)",
      `INSERT INTO orders SELECT n, n / 7.0, '2026-01-01'::timestamptz + n * interval '1 min', 'order ' || n,
         ARRAY['a', n::text], jsonb_build_object('n', n), sha256(n::text::bytea) FROM generate_series(1, 5000) AS n`,
    );
    base = await stores.baseBackup();
    // Only the log has these.
    await stores.psql(
      "orders",
      'CREATE TABLE lines ("order" int, text text)',
      "INSERT INTO lines SELECT n, 'line' FROM generate_series(1, 700) AS n",
      "UPDATE orders SET note = 'paid' WHERE id <= 100",
    );
    const keys: string[][] = [
      ["SET", "greeting", "hello"],
      ["RPUSH", "queue", "a", "b", "c"],
      ["SADD", "members", "x", "y", "z"],
      ["HSET", "session:1", "user", "ann", "since", "2026"],
      ["ZADD", "scores", "1.5", "ann", "2", "bob"],
      ["XADD", "events", "1-1", "kind", "login"],
      ["SET", "token", "secret", "EX", "86400"],
      ["SET", "soon", "gone", "PX", "1"],
    ];
    for (const key of keys) await stores.redis(...key);
    dump = await stores.dump(sessionsFolder);
    for (const number of [1, 2, 3])
      await stores.put(`${picturesFolder}/current/pictures/${number}.png`, `picture ${number}`);
    await stores.put(`${picturesFolder}/manifest.json`, "{}");
    const recorded = await ran("record", planOf(["orders", "sessions", "pictures"]));
    assert.equal(recorded.code, 0, recorded.words);
  });

  after(async () => {
    await stores.stop();
    for (const folder of [scratch, `${scratch}-files`]) rmSync(folder, { recursive: true, force: true });
  });

  it("restores what was recorded, to the point in time, after the stores were damaged; measures RTO and age", async () => {
    await stores.psql(
      "orders",
      "DROP TABLE lines",
      "UPDATE orders SET note = 'overwritten'",
      "SELECT pg_switch_wal()",
    );
    await stores.redis("FLUSHALL");
    const { code, words, report, metrics } = await ran("drill", planOf(["orders", "sessions", "pictures"]));
    assert.equal(code, 0, words);
    const found = report?.stores.map(({ store: name, ok, backup, compared }) => ({
      name,
      ok,
      backup,
      compared,
    }));
    const pictures = report?.stores[2]?.backup;
    assert.deepEqual(found, [
      { name: "orders", ok: true, backup: base, compared: { parts: 2, count: 5700 } },
      { name: "sessions", ok: true, backup: dump, compared: { parts: 2, count: 7 } },
      { name: "pictures", ok: true, backup: pictures, compared: { parts: 1, count: 3 } },
    ]);
    assert.match(metrics ?? "", /^quint_restore_drill_success\{platform="shop",store="orders"\} 1$/m);
    for (const name of ["seconds", "age_seconds", "last_run_timestamp_seconds"])
      assert.match(
        metrics ?? "",
        new RegExp(`^quint_restore_drill_${name}\\{platform="shop",store="sessions"\\} [\\d.]+$`, "m"),
      );
    for (const line of words.trim().split("\n")) process.stdout.write(`      ${line}\n`);
  });

  it("does not record a backup twice, and has a server archive that nobody writes to", async () => {
    const archived = () => readdirSync(stores.objectFile(`${ordersFolder}/wals`), { recursive: true }).length;
    const segments = archived();
    const key = stores.objectFile(`${ordersFolder}/contents/${base}.json`);
    const before = readFileSync(key, "utf8");
    assert.equal((await ran("record", planOf(["orders"]))).code, 0);
    assert.equal(readFileSync(key, "utf8"), before);
    for (let wait = 0; archived() === segments && wait < 120; wait += 1) await sleep(500);
    assert.ok(archived() > segments, "nothing was archived");
  });

  /** Damage to what is stored, taken back afterwards. */
  const damages: readonly {
    readonly what: string;
    readonly names: readonly (keyof typeof store)[];
    readonly changes?: Partial<DrillPlanInput>;
    /** Objects, and what becomes of each; `undefined` removes it. */
    readonly damage?: () => Readonly<Record<string, Buffer | string | undefined>>;
    readonly environment?: Readonly<Record<string, string>>;
    readonly reason: RegExp;
  }[] = [
    {
      what: "a base backup that is cut off",
      names: ["orders"],
      damage: () => {
        const key = `${ordersFolder}/base/${base}/data.tar.gz`;
        return { [key]: readFileSync(stores.objectFile(key)).subarray(0, 200_000) };
      },
      // Cut between two files, Barman takes it for whole, and the server does not.
      reason:
        /barman-cloud-restore ended with \d+: .*(EOF|end-of-stream|truncated|unexpected end)|the restored server does not start: .*pg_control/i,
    },
    {
      what: "a log with a segment missing",
      names: ["orders"],
      damage: () => {
        const below = `${ordersFolder}/wals`;
        const segments = globSync("*/*.gz", { cwd: stores.objectFile(below) }).filter(
          (one) => !one.includes("backup"),
        );
        return Object.fromEntries(segments.map((one) => [`${below}/${one}`, undefined]));
      },
      reason: /the restored server does not start: /,
    },
    {
      what: "a dump with a flipped bit",
      names: ["sessions"],
      damage: () => {
        const key = `${sessionsFolder}/${dump}/dump.rdb.gz`;
        const bytes = readFileSync(stores.objectFile(key));
        bytes[60]! ^= 1;
        return { [key]: bytes };
      },
      reason: /dump\.rdb\.gz of the dump \S+ is damaged: \d+ bytes of \d+, SHA-256/,
    },
    {
      what: "an object that is another, and one that is gone",
      names: ["pictures"],
      damage: () => ({
        [`${picturesFolder}/current/pictures/1.png`]: "picture X",
        [`${picturesFolder}/current/pictures/2.png`]: undefined,
      }),
      reason: /restored is not what was recorded: pictures has 2 of 3 recorded/,
    },
    {
      what: "a record that says something else",
      names: ["sessions"],
      damage: () => {
        const key = `${sessionsFolder}/contents/${dump}.json`;
        const before = readFileSync(stores.objectFile(key), "utf8");
        return { [key]: before.replace('"database 0":{"count":6,"hash":"', "$&0") };
      },
      reason: /database 0 has the recorded count of 6, but other content/,
    },
    {
      what: "a newer base backup that is half-written",
      names: ["orders"],
      damage: () => ({ [`${ordersFolder}/base/29991231T000000/data.tar.gz`]: "half" }),
      reason: /the backup 29991231T000000 is half-written: it has no backup\.info/,
    },
    {
      what: "a newer dump that is half-written",
      names: ["sessions"],
      damage: () => ({ [`${sessionsFolder}/29991231T000000Z/dump.rdb.gz`]: "half" }),
      reason: /the backup 29991231T000000Z is half-written: it has no manifest\.json/,
    },
    {
      what: "a backup that recorded nothing",
      names: ["sessions"],
      damage: () => ({ [`${sessionsFolder}/contents/${dump}.json`]: undefined }),
      reason: /has no record of what it holds/,
    },
    {
      what: "data older than the recovery point objective",
      names: ["sessions"],
      damage: () => {
        const key = `${sessionsFolder}/contents/${dump}.json`;
        const taken = '"taken":"2026-01-01T00:00:00.000Z"';
        return { [key]: readFileSync(stores.objectFile(key), "utf8").replace(/"taken":"[^"]+"/, taken) };
      },
      reason: /the newest data is \d+ s old, more than the objective of 3600 s \(RPO\)/,
    },
    {
      what: "credentials that have been rotated away",
      names: ["sessions"],
      environment: { AWS_SECRET_ACCESS_KEY: "rotated" },
      reason: /the store does not accept the secret key: make new ones .*\(SignatureDoesNotMatch, 403\)/,
    },
    {
      what: "a store that does not answer",
      names: ["sessions"],
      changes: { bucket: { name: bucketName, region: "us-east-1", endpoint: "http://127.0.0.1:9" } },
      reason: /the store does not answer \(ECONNREFUSED/,
    },
  ];
  for (const { what, names, changes, damage, environment, reason } of damages) {
    it(`fails for ${what}, and says so`, async () => {
      const changed = Object.entries(damage?.() ?? {});
      const original = new Map(changed.map(([key]) => [key, stores.read(key)]));
      try {
        for (const [key, content] of changed) await stores.replace(key, content);
        const report = await inProcess(planOf(names, changes), environment);
        assert.match(report.stores[0]?.reason ?? "", reason);
        assert.equal(report.ok, false);
      } finally {
        for (const [key, content] of original) await stores.replace(key, content);
      }
    });
  }

  it("passes over a half-written backup that may still be under way", async () => {
    const key = `${sessionsFolder}/29991231T000000Z/dump.rdb.gz`;
    await stores.replace(key, "half");
    const report = await inProcess(planOf(["sessions"], { settleSeconds: hour }));
    await stores.replace(key, undefined);
    assert.deepEqual(
      report.stores.map(({ ok, backup }) => ({ ok, backup })),
      [{ ok: true, backup: dump }],
    );
  });

  it("fails for a restore that is slower than the recovery time objective, and says so", async () => {
    const { code, words, report, metrics } = await ran(
      "drill",
      planOf(["sessions"], { timeObjectiveSeconds: 0.001 }),
    );
    assert.equal(code, 1);
    assert.match(
      report?.reason ?? "",
      /restoring took [\d.]+ s, longer than the objective of 0\.001 s \(RTO\)/,
    );
    assert.match(words, /shop cannot be relied on: restoring took/);
    assert.match(metrics ?? "", /^quint_restore_drill_success\{platform="shop",store="sessions"\} 0$/m);
  });

  it("says that a bucket is full when a backup is recorded", async function () {
    const endpoint = await stores.smallStore(64 * 1024);
    if (endpoint === undefined) this.skip();
    await stores.fill(endpoint);
    const bucket = { name: bucketName, region: "us-east-1", endpoint };
    const { code, words } = await ran("record", planOf(["sessions"], { bucket }));
    assert.equal(code, 1, words);
    assert.match(words, /the store is full: shorten the retention, or add room \(InsufficientStorage, 507\)/);
  });

  async function nothingGoesOn(): Promise<void> {
    for (let tries = 0; processesIn(scratch).length > 0; tries++) {
      assert.ok(tries < 1200, `still there: ${processesIn(scratch).join("; ")}`);
      await sleep(100);
    }
  }

  it("is killed in the middle of a restore: nothing goes on, and the next run succeeds and leaves nothing", async () => {
    const child = launch("drill", planOf(["orders"]));
    const below = (): string[] => globSync("drill-*/orders/server.log", { cwd: scratch });
    await during(child, () => below().length > 0);
    child.kill("SIGKILL");
    await once(child, "exit");
    const [left] = readdirSync(scratch);
    assert.ok(left, "it was killed too late");
    await nothingGoesOn();
    const { code, words } = await ran("drill", planOf(["orders"]));
    assert.equal(code, 0, words);
    assert.match(words, new RegExp(`removing ${left}, which an interrupted run left behind`));
  });

  it("cleans up when it is told to end, and says that it was interrupted", async () => {
    const child = launch("drill", planOf(["orders"]));
    await during(child, () => globSync("drill-*/orders/data", { cwd: scratch }).length > 0);
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 143);
    assert.deepEqual(readdirSync(scratch), []);
    await nothingGoesOn();
    const report = parseReport(readFileSync(join(`${scratch}-files`, files.report), "utf8"));
    assert.equal(report.reason, "interrupted");
  });
});

/** Waits until something is so, while a process runs. */
async function during(child: ChildProcess, so: () => boolean): Promise<void> {
  while (!so()) {
    assert.equal(child.exitCode, null, "it ended too early");
    await sleep(50);
  }
}

/** Command lines of processes that name the folder. */
function processesIn(folder: string): string[] {
  return globSync("/proc/[0-9]*/cmdline").flatMap((file) => {
    try {
      const words = readFileSync(file, "utf8").replaceAll("\0", " ");
      return words.includes(`${folder}/`) ? [words] : [];
    } catch {
      return [];
    }
  });
}
