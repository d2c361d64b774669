/** Neo4j's dump on a real server of Maven Central's modules: dumped by the platforms' own script, lost, and loaded back. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { dumpNeo4j } from "../../../components/backup/scripts.ts";
import type { LoadPlanInput } from "../../../services/recovery/load-plan.ts";
import { freePort } from "../../../simulation/control-plane/ports.ts";
import { BackupJobs } from "../support/backup-jobs.ts";
import { classPathOrSkip, openModules } from "../support/java-programs.ts";
import { Loader } from "../support/loader.ts";
import { RealStores, until } from "../support/real-stores.ts";

/** The platforms' own is of the same long-term version. */
const modules = ["org.neo4j.app:neo4j-server:5.26.0", "org.neo4j:neo4j:5.26.0"];

describe("a graph, loaded into a real Neo4j", function () {
  this.timeout(600_000);
  const stores = new RealStores();
  const jobs = new BackupJobs(stores);
  const loader = new Loader(stores);
  const folder = "neo4j/shop/graph";
  const password = randomUUID();
  let url = "";

  async function cypher(
    statement: string,
    database = "neo4j",
    as: string = password,
  ): Promise<readonly unknown[]> {
    const answer = await fetch(`${url}/db/${database}/tx/commit`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`neo4j:${as}`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ statements: [{ statement }] }),
    });
    const { results, errors } = (await answer.json()) as {
      results: { data: { row: unknown[] }[] }[];
      errors: unknown[];
    };
    assert.deepEqual(errors, []);
    return results[0]?.data.map(({ row }) => row) ?? [];
  }
  const plan = (): LoadPlanInput => ({
    version: 1,
    kind: "neo4j",
    name: "graph",
    folder,
    bucket: loader.place,
    file: "graph.jsonl.gz",
    url,
    user: "neo4j",
  });
  const bring = (...more: string[]) => loader.load(plan(), new Date(), { STORE_PASSWORD: password }, ...more);
  const dump = () =>
    jobs.dump(dumpNeo4j, { folder, kind: "neo4j", env: { STORE_URL: url, STORE_PASSWORD: password } });
  /** Lines of the newest dump, without identities, which are new wherever a node is made. */
  const dumped = () => {
    const [file = ""] = globSync(`${folder}/*Z/graph.jsonl.gz`, { cwd: stores.objectFile("") })
      .sort()
      .reverse();
    const text = gunzipSync(stores.read(file) ?? "").toString();
    return text
      .split("\n")
      .filter((line) => line.startsWith('{"data"'))
      .map((line) => line.replaceAll(/"[45]:[^"]+"/g, '"identity"'))
      .sort();
  };
  let recorded: readonly string[];

  before(async function () {
    const say = (line: string): void => {
      process.stderr.write(`${line}\n`);
    };
    const path = await classPathOrSkip(this, modules, say);
    await stores.start(say, []);
    await jobs.start(say);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const server = join(import.meta.dirname, "..", "support", "Neo4jServer.java");
    const java = ["-Xmx400m", ...openModules, "-cp", path, server, stores.made("graph"), String(port)];
    stores.spawn("neo4j", ["java", ...java]);
    await until(() => fetch(url), "Neo4j");
    await cypher(`ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO '${password}'`, "system", "neo4j");
    await cypher(`CREATE (a:Person:\`Odd label\` {name: 'Ann "x" \\\\ \\'', n: 9007199254740993, small: 2020, f: 1.0, big: 1e300,
      nan: 0.0/0.0, inf: -1.0/0.0, yes: true, day: date('2026-01-02'), at: datetime('2026-01-02T03:04:05.123456789+01:00[Europe/Berlin]'),
      utc: datetime('2026-01-02T03:04:05Z'), local: localdatetime('2026-01-02T03:04:05'), clock: localtime('03:04:05.5'),
      zoned: time('03:04:05+02:00'), span: duration('P1M2DT3.5S'), back: duration('P-1D'), place: point({longitude: 1.5, latitude: 2.5}),
      solid: point({x: 1, y: 2, z: 3}), numbers: [1, 9007199254740993], days: [date('2026-01-02'), date('2026-01-03')], none: [],
      words: ['a', 'b'], floats: [1.5, 2.0], truths: [true, false], places: [point({x: 1, y: 2})]})
      -[:KNOWS {since: date('2020-02-29')}]->(:Person {name: 'Bob', \`k ey\`: 'x'}), (a)-[:\`LIKES it\`]->(a), ({alone: true})`);
    await cypher("UNWIND range(1, 2500) AS number CREATE (:Item {number: number})");
    await cypher("MATCH (i:Item), (p:Person {name: 'Bob'}) CREATE (p)-[:OWNS {share: i.number / 7.0}]->(i)");
    await cypher("CREATE CONSTRAINT person_name FOR (p:Person) REQUIRE p.name IS UNIQUE");
    await cypher("CREATE INDEX `odd name` FOR (i:Item) ON (i.number)");
    await cypher("CREATE FULLTEXT INDEX words FOR (p:Person) ON EACH [p.name]");
    await dump();
    recorded = dumped();
  });
  after(async () => {
    await stores.stop();
    jobs.stop();
    loader.stop();
  });

  it("refuses a database that holds something, and does not touch it; --force replaces it, with every value as it was", async () => {
    await cypher("CREATE (:Later)");
    await cypher("DROP INDEX words");
    const { code, words } = await bring();
    assert.equal(code, 3, words);
    assert.match(
      words,
      /^graph holds 2504 nodes, which the dump \S+ would replace: they stay without --force$/,
    );
    const forced = await bring("--force");
    assert.equal(forced.code, 0, forced.lines.join("\n"));
    assert.match(
      forced.words,
      /^2503 nodes, 2502 relationships, 5 constraints and indexes of the dump \S+ loaded$/,
    );
    await dump();
    assert.deepEqual(dumped(), recorded);
  });

  it("begins anew where it was left half loaded", async () => {
    await cypher("MATCH (i:Item) DETACH DELETE i");
    await cypher("CREATE (:QuintRestore {dump: 'x'})");
    const { code, lines } = await bring();
    assert.equal(code, 0, lines.join("\n"));
    await dump();
    assert.deepEqual(dumped(), recorded);
  });
});
