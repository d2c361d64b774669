/**
 * PostgreSQL as Barman Cloud backs it up (CloudNativePG's plugin does): base backups and the write-ahead log. The newest
 * base backup is restored, and the log replayed up to the position that was recorded.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { contentsOf, extentOf, newestRecorded, type Backup } from "../backups.ts";
import type { BackupBucket } from "../bucket.ts";
import type { Contents, Parts } from "../contents.ts";
import { RecoveryFailure } from "../failure.ts";
import type { DrillPlan, PlannedStoreOf } from "../plan.ts";
import { run, start, type Running } from "../processes.ts";
import { connect, databasesOf, partOf, tablesOf } from "./postgresql-contents.ts";
import { recordServer, stir } from "./postgresql-record.ts";
import type { StoreContext, StoreRecovery } from "./store.ts";

type Store = PlannedStoreOf<"postgresql">;

const lookAgain = 250;

export const postgresql: StoreRecovery<Store> = {
  restore: async (store, context) => {
    const { bucket, plan, folder, signal, report } = context;
    const { id, bytes, contents } = await newestRecorded(
      bucket,
      store.folder,
      await baseBackups(bucket, store),
      plan.settleSeconds,
    );
    const newest = await newestLog(bucket, store);
    report(`base backup ${id}, log up to ${contents.position ?? "its end"}`);
    const began = performance.now();
    const data = join(folder, "data");
    await barman("barman-cloud-restore", [id, data], store, context);
    const server = startServer(data, contents, store, context);
    try {
      await answering(server, folder, signal);
      const seconds = (performance.now() - began) / 1000;
      const restored = await partsOf(folder, signal);
      const taken = new Date(contents.taken);
      return {
        backup: id,
        bytes,
        newest: newest > taken ? newest : taken,
        seconds,
        recorded: contents.parts,
        restored,
      };
    } finally {
      await server.stop();
    }
  },

  record: async (store, { bucket, signal, report }): Promise<Contents | undefined> => {
    const { server } = store;
    if (server === undefined)
      throw new RecoveryFailure("the plan does not say how to reach the server: give it `server`");
    const whole = (await baseBackups(bucket, store)).filter(({ halfWritten }) => halfWritten === undefined);
    const backup = whole
      .map(({ id }) => id)
      .sort()
      .at(-1);
    if (backup === undefined)
      throw new RecoveryFailure(`there is no base backup below ${store.folder}/base/`);
    if ((await contentsOf(bucket, store.folder, backup)) !== undefined) {
      await stir(server);
      report(`base backup ${backup} is recorded already`);
      return undefined;
    }
    const { parts, taken, position } = await recordServer(server, signal);
    const of = { version: 1, store: store.name, kind: store.kind, backup } as const;
    return { ...of, taken: taken.toISOString(), position, parts };
  },
};

async function baseBackups(bucket: BackupBucket, { folder }: Store): Promise<readonly Backup[]> {
  const ids = await bucket.folders(`${folder}/base`);
  // Enough to find one behind those that are under way or were not finished.
  return Promise.all(ids.slice(-4).map((id) => baseBackup(bucket, `${folder}/base/${id}`, id)));
}

async function baseBackup(bucket: BackupBucket, folder: string, id: string): Promise<Backup> {
  const objects = await bucket.list(folder);
  const extent = extentOf(objects);
  const info = objects.find(({ key }) => key === `${folder}/backup.info`);
  if (info === undefined)
    return { id, ...extent, halfWritten: "it has no backup.info, which is written last" };
  const lines = (await bucket.text(info.key)).split("\n");
  const said = (key: string): string =>
    lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
  const status = said("status");
  if (status !== "DONE")
    return {
      id,
      ...extent,
      halfWritten: `Barman says of it: ${status || "nothing"} ${said("error")}`.trim(),
    };
  if (!objects.some(({ key }) => key.startsWith(`${folder}/data.tar`)))
    return { id, ...extent, halfWritten: "its data.tar is missing" };
  return { id, ...extent };
}

/** When the newest segment of the log was archived. */
async function newestLog(bucket: BackupBucket, { folder }: Store): Promise<Date> {
  const last = (await bucket.folders(`${folder}/wals`)).at(-1);
  const segments = last === undefined ? [] : await bucket.list(`${folder}/wals/${last}`);
  return new Date(Math.max(0, ...segments.map(({ changed }) => changed.getTime())));
}

/** Where Barman's programs look. */
function placeOf({ bucket }: DrillPlan, { folder }: Store): { options: string[]; words: string[] } {
  const above = folder.split("/").slice(0, -1).join("/");
  return {
    options: bucket.endpoint === undefined ? [] : ["--endpoint-url", bucket.endpoint],
    words: [`s3://${bucket.name}/${bucket.prefix}${above}`, folder.split("/").at(-1) ?? ""],
  };
}

async function barman(program: string, last: readonly string[], store: Store, context: StoreContext) {
  const { options, words } = placeOf(context.plan, store);
  await run({
    program,
    args: [...options, ...words, ...last],
    log: join(context.folder, "restore.log"),
    refusesRoot: true,
    environment: { AWS_DEFAULT_REGION: context.plan.bucket.region },
    signal: context.signal,
  });
}

function startServer(data: string, contents: Contents, store: Store, context: StoreContext): Running {
  const { folder, plan } = context;
  const { options, words } = placeOf(plan, store);
  const sockets = join(folder, "s");
  mkdirSync(sockets, { mode: 0o700 });
  // The backup's own configuration names files of the machine that it came from, and an archive that is not ours to write.
  const hba = join(folder, "pg_hba.conf");
  writeFileSync(hba, "local all all trust\n");
  const fetchLog = ["barman-cloud-wal-restore", ...options, ...words, "%f", "%p"].map(quoted).join(" ");
  const settings = {
    listen_addresses: "",
    unix_socket_directories: sockets,
    unix_socket_permissions: "0700",
    hba_file: hba,
    // It answers when all is replayed: until then its limits would have to be those of the original.
    hot_standby: "off",
    archive_mode: "off",
    ssl: "off",
    shared_buffers: "128MB",
    fsync: "off",
    restore_command: fetchLog,
    recovery_target_timeline: "latest",
    recovery_target_action: "promote",
    ...(contents.position === undefined
      ? {}
      : { recovery_target_lsn: contents.position, recovery_target_inclusive: "off" }),
  };
  const file = join(folder, "postgresql.conf");
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key} = '${value.replaceAll("'", "''")}'\n`)
      .join(""),
  );
  writeFileSync(join(data, "recovery.signal"), "");
  // What ALTER SYSTEM and the operator wrote would win over the file above.
  writeFileSync(join(data, "postgresql.auto.conf"), "");
  return start({
    program: "postgres",
    args: ["-D", data, "-c", `config_file=${file}`],
    log: join(folder, "server.log"),
    refusesRoot: true,
    environment: { AWS_DEFAULT_REGION: plan.bucket.region },
  });
}

async function answering({ child, words }: Running, folder: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null)
      throw new RecoveryFailure(`the restored server does not start: ${words()}`);
    try {
      await (await connect(scratchConfig(folder, "postgres"))).end();
      return;
    } catch {
      await sleep(lookAgain, undefined, { signal });
    }
  }
}

const scratchConfig = (folder: string, database: string): pg.ClientConfig => ({
  host: join(folder, "s"),
  user: "postgres",
  database,
});

async function partsOf(folder: string, signal: AbortSignal): Promise<Parts> {
  const parts: Record<string, Parts[string]> = {};
  const first = await connect(scratchConfig(folder, "postgres"));
  const databases = await databasesOf(first).finally(() => first.end());
  for (const database of databases) {
    const client = await connect(scratchConfig(folder, database));
    try {
      for (const table of await tablesOf(client)) {
        signal.throwIfAborted();
        parts[`${database}.${table}`] = await partOf(client, table);
      }
    } finally {
      await client.end();
    }
  }
  return parts;
}

/** A word of a shell's command. */
function quoted(word: string): string {
  return /^[\w%./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
