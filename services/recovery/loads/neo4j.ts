/**
 * A graph out of its dump, by Neo4j's HTTP API: nodes, then relationships between them, then constraints and indexes. Nodes get
 * new identities (`elementId`), as they do wherever they are made.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { RecoveryFailure } from "../failure.ts";
import type { LoadPlanOf } from "../load-plan.ts";
import { dumpAt, fetchDump, manifestOf } from "../stores/dumps.ts";
import { lineOf, makeNodes, makeRelationships, type Line } from "./graph.ts";
import { Refusal, type Load, type LoadContext } from "./load.ts";
import { patiently } from "./patience.ts";

type Plan = LoadPlanOf<"neo4j">;

/** Label of a node that says that the rest is ours, half loaded: a run after it begins anew. */
const marker = "QuintRestore";
/** Rows of a transaction. */
const rowsAtOnce = 1_000;

export const loadNeo4j: Load<Plan> = async (plan, context) => {
  const { bucket, report, secret } = context;
  const id = await dumpAt(plan, context.at, context);
  report(`dump ${id}`);
  const file = await fetchDump(plan, id, await manifestOf(bucket, plan, id), context);
  // All of it is understood before anything is changed.
  let things = 0;
  for await (const { kind } of linesOf(file)) if (kind !== "schema") things += 1;
  report(`${things} nodes and relationships`);
  const server = new Server(plan, secret("STORE_PASSWORD"), context.signal);
  await patiently(plan.url, context, () => server.ask("RETURN 1"));
  await empty(server, plan.name, id, context);
  const nodes = new Map<string, string>();
  const schema: string[] = [];
  let relationships = 0;
  const rows = new Batches(async (shape, batch: readonly { readonly id: string; readonly row: string }[]) => {
    const made = await server.ask(
      makeNodes(shape),
      batch.map(({ row }) => `{"p": ${row}}`),
    );
    made.forEach(([identity], index) => nodes.set(batch[index]?.id ?? "", String(identity)));
  });
  for await (const line of linesOf(file)) if (line.kind === "node") await rows.add(line.shape, line);
  await rows.flush();
  report(`${nodes.size} nodes`);
  const between = new Batches(async (shape, batch: readonly string[]) => {
    await server.ask(makeRelationships(shape), batch);
    relationships += batch.length;
  });
  for await (const line of linesOf(file)) {
    if (line.kind === "schema") schema.push(line.statement);
    if (line.kind !== "relationship") continue;
    const [a, b] = [nodes.get(line.start), nodes.get(line.end)];
    if (a === undefined || b === undefined)
      throw new RecoveryFailure(`the dump ${id} has a relationship to a node that it does not have`);
    await between.add(line.shape, `{"a": ${JSON.stringify(a)}, "b": ${JSON.stringify(b)}, "p": ${line.row}}`);
  }
  await between.flush();
  for (const statement of schema) await server.ask(statement);
  await server.ask(`MATCH (n:${marker}) DELETE n`);
  return `${nodes.size} nodes, ${relationships} relationships, ${schema.length} constraints and indexes of the dump ${id} loaded`;
};

async function* linesOf(file: string): AsyncGenerator<Line> {
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const line = text === "" ? undefined : lineOf(text);
    if (line !== undefined) yield line;
  }
}

/** @throws Refusal where there are nodes that would be lost. */
async function empty(
  server: Server,
  name: string,
  id: string,
  { force, report, signal }: LoadContext,
): Promise<void> {
  const [[held = 0, ours = 0] = []] = await server.ask(
    `MATCH (n) RETURN count(n), count(CASE WHEN n:${marker} THEN 1 END)`,
  );
  if (Number(held) > 0 && Number(ours) === 0 && !force)
    throw new Refusal(
      `${name} holds ${String(held)} nodes, which the dump ${id} would replace: they stay without --force`,
    );
  await server.ask(`CREATE (:${marker} {dump: ${JSON.stringify(id)}})`);
  for (let gone = 1; gone > 0;) {
    signal.throwIfAborted();
    const [[count = 0] = []] = await server.ask(
      `MATCH (n) WHERE NOT n:${marker} WITH n LIMIT 10000 DETACH DELETE n RETURN count(*)`,
    );
    gone = Number(count);
    if (gone > 0) report(`${gone} nodes removed`);
  }
}

/** Rows by the shape of their statement, sent when there are enough of one. */
class Batches<Row> {
  readonly #rows = new Map<string, Row[]>();
  readonly #send: (shape: string, rows: readonly Row[]) => Promise<void>;

  constructor(send: (shape: string, rows: readonly Row[]) => Promise<void>) {
    this.#send = send;
  }

  async add(shape: string, row: Row): Promise<void> {
    const rows = this.#rows.get(shape) ?? [];
    rows.push(row);
    this.#rows.set(shape, rows);
    if (rows.length < rowsAtOnce) return;
    this.#rows.delete(shape);
    await this.#send(shape, rows);
  }

  async flush(): Promise<void> {
    for (const [shape, rows] of this.#rows) await this.#send(shape, rows);
    this.#rows.clear();
  }
}

class Server {
  readonly #address: string;
  readonly #headers: Record<string, string>;
  readonly #signal: AbortSignal;

  constructor({ url, user }: Plan, password: string, signal: AbortSignal) {
    this.#address = `${url}/db/neo4j/tx/commit`;
    this.#headers = {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
      "content-type": "application/json",
      accept: "application/json",
    };
    this.#signal = signal;
  }

  /**
   * One statement in a transaction of its own.
   * @param rows JSON text of each: a number may be larger than JavaScript counts.
   */
  async ask(statement: string, rows: readonly string[] = []): Promise<readonly (readonly unknown[])[]> {
    const body = `{"statements": [{"statement": ${JSON.stringify(statement)}, "parameters": {"rows": [${rows.join(", ")}]}}]}`;
    const answer = await fetch(this.#address, {
      method: "POST",
      headers: this.#headers,
      body,
      signal: this.#signal,
    });
    if (answer.status === 401)
      throw new RecoveryFailure("the server does not accept the password of its Secret (401)");
    const { results, errors } = (await answer.json()) as {
      readonly results?: readonly { readonly data: readonly { readonly row: readonly unknown[] }[] }[];
      readonly errors?: readonly { readonly code: string; readonly message: string }[];
    };
    const [error] = errors ?? [];
    if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
    return results?.[0]?.data.map(({ row }) => row) ?? [];
  }
}
