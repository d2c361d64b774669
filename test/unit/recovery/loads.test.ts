/** What loaders read: Jolt's values as Cypher takes them, statements of a graph's lines, lines of messages. Real stores: test/e2e/load-*.test.ts. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lineOf } from "../../../services/recovery/loads/graph.ts";
import { parameterOf, parseJolt } from "../../../services/recovery/loads/jolt.ts";
import { messagesOf, positionsOf, type Message } from "../../../services/recovery/loads/messages.ts";

describe("values of a dumped graph", () => {
  const cases: readonly (readonly [jolt: string, json: string, cypher?: string])[] = [
    ['{"R":"9007199254740993"}', "9007199254740993"],
    ['{"R":"1.0"}', "1.0"],
    ['{"R":"-Infinity"}', '"-Infinity"', "toFloat($)"],
    ["[1, 9007199254740993]", "[1, 9007199254740993]"],
    ["[1.5,2.0]", "[1.5, 2.0]"],
    ["[]", "[]"],
    ['{"T":"2026-01-02"}', '"2026-01-02"', "date($)"],
    ['{"T":"2026-01-02T03:04:05"}', '"2026-01-02T03:04:05"', "localdatetime($)"],
    ['{"T":"2026-01-02T03:04Z"}', '"2026-01-02T03:04Z"', "datetime($)"],
    [
      '{"T":"2026-01-02T03:04:05+01:00[Europe/Berlin]"}',
      '"2026-01-02T03:04:05+01:00[Europe/Berlin]"',
      "datetime($)",
    ],
    ['{"T":"03:04:05.5"}', '"03:04:05.5"', "localtime($)"],
    ['{"T":"03:04:05-02:00"}', '"03:04:05-02:00"', "time($)"],
    ['{"T":"P-1D"}', '"P-1D"', "duration($)"],
    ['{"[]":[{"T":"2026-01-02"}]}', '["2026-01-02"]', "[one IN $ | date(one)]"],
    ['{"@":"SRID=9157;POINT Z (1.0 2.0 3.0)"}', '{"srid": 9157, "x": 1.0, "y": 2.0, "z": 3.0}', "point($)"],
  ];
  for (const [jolt, json, cypher] of cases)
    it(jolt, () => {
      assert.deepEqual(parameterOf(parseJolt(jolt)), { json, ...(cypher === undefined ? {} : { cypher }) });
    });

  it("are refused where no query can write them: bytes", () => {
    assert.throws(() => parameterOf(parseJolt('{"#":"00FF"}')), /a property of type # cannot be written/);
  });

  it("do not end a statement early: names are quoted, and what is there already is not made twice", () => {
    const node = lineOf('{"data":[{"U":"node"},{"U":"4:x:0"},{"[]":[{"U":"A`B"}]},{"{}":{"k`":{"U":"v"}}}]}');
    assert.deepEqual(node, {
      kind: "node",
      id: "4:x:0",
      shape: "(n:`A``B` {`k```: row.p.`k```})",
      row: '{"k`": "v"}',
    });
    const index = "CREATE RANGE INDEX `a FOR b` FOR (n:`I`) ON (n.`x`)";
    const line = lineOf(JSON.stringify({ data: [{ U: "index" }, { U: "a" }, { U: index }] }));
    assert.deepEqual(line, { kind: "schema", statement: index.replace("b` FOR", "b` IF NOT EXISTS FOR") });
    assert.equal(lineOf('{"summary":{}}'), undefined);
  });
});

describe("lines of an archived topic", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-lines-"));
  const file = join(folder, "lines");
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const read = async (text: string) => {
    writeFileSync(file, text);
    const found: Message[] = [];
    for await (const message of messagesOf(file)) found.push(message);
    return found;
  };

  it("give back every byte: nothing, emptiness, tabs, backslashes, headers of one name", async () => {
    const line = "CreateTime:17\tPartition:2\tOffset:9\ta:1,\\x5Cx\\,a:\\N\t\\N\t\\x09\\x5CN\\xFF\n";
    assert.deepEqual(await read(`${line}LogAppendTime:18\tPartition:0\tOffset:0\tNO_HEADERS\t\t\\N\n\n`), [
      {
        partition: 2,
        offset: 9n,
        timestamp: 17n,
        headers: [
          [Buffer.from("a"), Buffer.from("1,\\x")],
          [Buffer.from("a"), undefined],
        ],
        key: undefined,
        value: Buffer.from([9, 92, 78, 255]),
      },
      { partition: 0, offset: 0n, timestamp: 18n, headers: [], key: Buffer.from(""), value: undefined },
    ]);
  });

  it("of dumps that were made as text are refused", async () => {
    await assert.rejects(
      read("CreateTime:17\tOffset:9\tNO_HEADERS\tkey\tvalue\n"),
      /a message of the dump cannot be read: CreateTime/,
    );
  });

  it("tell of each group how far it had read, and leave out where it had read nothing", async () => {
    writeFileSync(
      file,
      "Topic: t PartitionCount: 1\n\nGROUP  TOPIC  PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG\ng t 0 5 9 4\ng t 1 - 3 -\n\nGROUP TOPIC PARTITION LEADER-EPOCH CURRENT-OFFSET\nh t 0 1 7\n",
    );
    assert.deepEqual(await positionsOf(file), [
      { group: "g", topic: "t", partition: 0, offset: 5n },
      { group: "h", topic: "t", partition: 0, offset: 7n },
    ]);
  });
});
