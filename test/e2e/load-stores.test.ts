/**
 * Dumps and mirrors on real stores: backed up by the platforms' own scripts, lost, and loaded back by the loader, as its job
 * runs it; and everything that it must not overwrite.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { createClient, type RedisClientType } from "@redis/client";
import { dumpValkey, mirrorBuckets } from "../../components/backup/scripts.ts";
import { s3Client } from "../../services/recovery/bucket.ts";
import type { LoadPlanInput } from "../../services/recovery/load-plan.ts";
import { partsOf } from "../../services/recovery/stores/valkey-contents.ts";
import { freePort } from "../../simulation/control-plane/ports.ts";
import { BackupJobs } from "./support/backup-jobs.ts";
import { Loader } from "./support/loader.ts";
import { bucketName, RealStores, until } from "./support/real-stores.ts";

describe("dumps and mirrors, loaded into real stores", function () {
  this.timeout(300_000);
  const stores = new RealStores();
  const jobs = new BackupJobs(stores);
  const loader = new Loader(stores);

  /** A time between what was before and what comes after: names of backups have whole seconds. */
  async function now(): Promise<Date> {
    await sleep(1_100);
    const time = new Date();
    await sleep(1_100);
    return time;
  }

  before(async function () {
    this.timeout(10 * 60_000); // The first run on a machine fetches packages and builds the object store.
    const say = (line: string): void => {
      process.stderr.write(`${line}\n`);
    };
    await stores.start(say, []);
    await jobs.start(say);
  });

  after(async () => {
    await stores.stop();
    jobs.stop();
    loader.stop();
  });

  describe("objects", () => {
    const folder = "object-store/shop/files";
    const target = `backup:${bucketName}/${folder}`;
    const client = () =>
      s3Client(loader.place, {
        accessKeyId: stores.keys.AWS_ACCESS_KEY_ID,
        secretAccessKey: stores.keys.AWS_SECRET_ACCESS_KEY,
      });
    const put = (key: string, body: string) =>
      client().send(
        new PutObjectCommand({ Bucket: "pictures", Key: key, Body: body, ContentType: "image/png" }),
      );
    const remove = (key: string) => client().send(new DeleteObjectCommand({ Bucket: "pictures", Key: key }));
    const read = async (key: string) => {
      try {
        const { Body, ContentType } = await client().send(
          new GetObjectCommand({ Bucket: "pictures", Key: key }),
        );
        return `${ContentType ?? ""} ${(await Body?.transformToString()) ?? ""}`;
      } catch {
        return undefined;
      }
    };
    const all = async () =>
      Object.fromEntries(
        await Promise.all(["a", "b/c", "d", "e"].map(async (key) => [key, await read(key)] as const)),
      );
    const mirror = () =>
      jobs.run(mirrorBuckets, { TARGET: target, STORE: "files", KIND: "object-store", BUCKETS: "pictures" });
    const plan = (): LoadPlanInput => ({
      version: 1,
      kind: "object-store",
      name: "files",
      folder,
      bucket: loader.place,
      current: "current",
      changed: "changed",
      endpoint: stores.endpoint,
      region: "us-east-1",
      buckets: ["pictures"],
    });
    const bring = (at: Date, ...more: string[]) =>
      loader.load(
        plan(),
        at,
        {
          STORE_ACCESS_KEY: stores.keys.AWS_ACCESS_KEY_ID,
          STORE_SECRET_KEY: stores.keys.AWS_SECRET_ACCESS_KEY,
        },
        ...more,
      );
    let first: Date;

    before(async () => {
      await client().send(new CreateBucketCommand({ Bucket: "pictures" }));
      for (const key of ["a", "b/c", "d"]) await put(key, `${key} first`);
      await mirror();
      first = await now();
      // Mirrored: one deleted, one changed, one new.
      await remove("a");
      await put("b/c", "second");
      await put("e", "e new");
      await mirror();
      await now();
    });

    it("that were lost come back as they were last; a second run finds nothing to do", async () => {
      for (const key of ["b/c", "d", "e"]) await remove(key);
      const { code, words } = await bring(new Date());
      assert.equal(code, 0, words);
      assert.match(words, /^3 objects \(\d+ bytes\) copied, 0 were there as they were$/);
      assert.deepEqual(await all(), {
        a: undefined,
        "b/c": "image/png second",
        d: "image/png d first",
        e: "image/png e new",
      });
      assert.match(
        (await bring(new Date())).words,
        /^0 objects \(0 bytes\) copied, 3 were there as they were$/,
      );
    });

    it("of an earlier time come back; what is newer stays without --force, and what was new since stays with it", async () => {
      const left = await bring(first);
      assert.equal(left.code, 0, left.words);
      assert.match(
        left.words,
        /^1 objects .* copied, 1 were .*; 1 are newer there and stay without --force: pictures\/b\/c$/,
      );
      assert.deepEqual(await all(), {
        a: "image/png a first",
        "b/c": "image/png second",
        d: "image/png d first",
        e: "image/png e new",
      });
      assert.equal((await bring(first, "--force")).code, 0);
      assert.deepEqual(await all(), {
        a: "image/png a first",
        "b/c": "image/png b/c first",
        d: "image/png d first",
        e: "image/png e new",
      });
    });

    it("that are damaged in the mirror are named and not written; the others come back", async () => {
      await remove("d");
      await remove("e");
      const [file = ""] = globSync(stores.objectFile(`${folder}/current/pictures/d`));
      const before = readFileSync(file);
      // The store does not see it: its own hash stays.
      writeFileSync(file, "d worst");
      const { code, words } = await bring(new Date());
      writeFileSync(file, before);
      assert.equal(code, 1);
      assert.match(words, /^1 damaged objects were not copied: \S+current\/pictures\/d; 1 objects/);
      assert.deepEqual([await read("d"), await read("e")], [undefined, "image/png e new"]);
    });

    it("are not looked for before there was a mirror", async () => {
      const { code, words } = await bring(new Date("2020-01-01T00:00:00Z"));
      assert.deepEqual([code, words], [0, "0 objects (0 bytes) copied, 0 were there as they were"]);
    });
  });

  describe("Valkey", () => {
    const folder = "valkey/shop/cache";
    const password = randomUUID();
    let port = 0;
    let client: RedisClientType;
    let first: Date;
    const plan = (): LoadPlanInput => ({
      version: 1,
      kind: "valkey",
      name: "cache",
      folder,
      bucket: loader.place,
      file: "dump.rdb.gz",
      host: "127.0.0.1",
      port,
    });
    const bring = (at: Date, ...more: string[]) =>
      loader.load(plan(), at, { STORE_PASSWORD: password }, ...more);
    const dump = () =>
      jobs.dump(dumpValkey, {
        folder,
        kind: "valkey",
        env: { STORE_HOST: "127.0.0.1", STORE_PORT: String(port), REDISCLI_AUTH: password },
      });
    const contents = async () => {
      const parts = await partsOf(client, new AbortController().signal);
      await client.select(0);
      return parts;
    };
    let recorded: Awaited<ReturnType<typeof contents>>;

    before(async () => {
      port = await freePort();
      const place = [
        "--dir",
        stores.made("cache"),
        "--bind",
        "127.0.0.1",
        "--port",
        String(port),
        "--save",
        "",
      ];
      stores.spawn("cache", ["redis-server", ...place, "--requirepass", password]);
      client = createClient({ socket: { host: "127.0.0.1", port, tls: false }, password });
      client.on("error", () => undefined);
      await until(async () => {
        if (!client.isOpen) await client.connect();
        await client.ping();
      }, "Redis");
      // The server's own client, under the name that its image has it by.
      jobs.command("valkey-cli", 'exec redis-cli "$@"');
      await client.set("greeting", "hello");
      await client.set(Buffer.from([0, 255, 10]), "binary");
      await client.rPush("queue", ["a", "b", "c"]);
      await client.hSet("session:1", { user: "ann", since: "2026" });
      await client.zAdd("scores", [{ value: "ann", score: 1.5 }]);
      await client.xAdd("events", "1-1", { kind: "login" });
      await client.set("token", "x", { expiration: { type: "EX", value: 86_400 } });
      await client.select(3);
      for (let number = 0; number < 500; number++) await client.set(`job:${number}`, String(number));
      await client.select(0);
      await client.functionLoad("#!lua name=shop\nredis.register_function('total', function() return 1 end)");
      recorded = await contents();
      await dump();
      first = await now();
      await client.set("greeting", "later");
      await dump();
    });
    after(() => {
      client.destroy();
    });

    it("is empty: every key comes back with its type, its database and its time to live; functions, too", async () => {
      await client.flushAll();
      await client.functionFlush();
      const { code, words } = await bring(first);
      assert.equal(code, 0, words);
      assert.match(words, /^507 keys of the dump \d{8}T\d{6}Z loaded$/);
      assert.deepEqual(await contents(), recorded);
      assert.deepEqual(
        (await client.functionList()).map(({ library_name: name }) => name),
        ["shop"],
      );
    });

    it("holds something: that stays, and the loader says how much; --force replaces it", async () => {
      await client.set("since", "then");
      const { code, words } = await bring(first);
      assert.equal(code, 3);
      assert.match(
        words,
        /^cache holds 508 keys, which the dump \S+ would replace: they stay without --force$/,
      );
      assert.equal(await client.get("since"), "then");
      assert.equal((await bring(first, "--force")).code, 0);
      assert.deepEqual(await contents(), recorded);
    });

    it("was left half loaded: the same command begins anew, and the newest dump has what the older one had not", async () => {
      await client.flushAll();
      await client.set("quint:restore", "20261121T000000Z");
      await client.set("half", "loaded");
      const { code, words } = await bring(new Date());
      assert.equal(code, 0, words);
      assert.deepEqual([await client.get("half"), await client.get("quint:restore")], [null, null]);
      assert.equal(await client.get("greeting"), "later");
    });

    it("keeps what it has where the dump is damaged, or there is none from before the time", async () => {
      const [key = ""] = globSync(`${folder}/*Z/dump.rdb.gz`, { cwd: stores.objectFile("") })
        .sort()
        .reverse();
      const before = stores.read(key);
      const bytes = Buffer.from(before ?? "");
      bytes[60]! ^= 1;
      await stores.replace(key, bytes);
      const damaged = await bring(new Date(), "--force");
      await stores.replace(key, before);
      assert.equal(damaged.code, 1);
      assert.match(damaged.words, /^dump\.rdb\.gz of the dump \S+ is damaged/);
      const none = await bring(new Date("2020-01-01T00:00:00Z"), "--force");
      assert.equal(none.code, 1);
      assert.match(
        none.words,
        /^there is no whole dump from before 2020-01-01T00:00:00.000Z below valkey\/shop\/cache\/$/,
      );
      assert.equal(await client.get("greeting"), "later");
    });
  });
});
