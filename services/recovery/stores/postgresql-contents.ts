/** Tables of a PostgreSQL server, counted and hashed by the server itself. */
import pg from "pg";
import type { Part } from "../contents.ts";

/** Text of a row depends on these: they are the same at both ends. */
const settings = [
  "SET DateStyle = 'ISO, YMD'",
  "SET IntervalStyle = 'iso_8601'",
  "SET TimeZone = 'UTC'",
  "SET bytea_output = 'hex'",
  "SET extra_float_digits = 1",
  "SET search_path = pg_catalog",
];

/** A session whose rows read the same everywhere. The caller ends it. */
export async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ application_name: "quint-recovery", ...config });
  // A server that goes away is told by the query that fails for it.
  client.on("error", () => undefined);
  await client.connect();
  for (const setting of settings) await client.query(setting);
  return client;
}

/** Databases that hold data. */
export async function databasesOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

/** Tables that survive a recovery, quoted: what is unlogged is empty after one. */
export async function tablesOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence = 'p'
        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Sum of a part of all rows' hashes: the same in any order of rows. */
const sum = (from: number): string =>
  `coalesce(sum(('x' || encode(substr(hash, ${from}, 8), 'hex'))::bit(64)::bigint::numeric), 0)::text`;

export async function partOf(client: pg.Client, table: string): Promise<Part> {
  const { rows } = await client.query<{ count: string; one: string; two: string }>(
    `SELECT count(*)::text AS count, ${sum(1)} AS one, ${sum(9)} AS two
       FROM (SELECT sha256(convert_to((quint_row.*)::text, 'UTF8')) AS hash FROM ${table} AS quint_row) AS hashed`,
  );
  const [{ count, one, two } = { count: "0", one: "0", two: "0" }] = rows;
  return { count: Number(count), hash: `${one}/${two}` };
}
