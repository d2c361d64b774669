/** PostgreSQL, a server that speaks Redis' protocol and an S3 server, really running on loopback, and their backups. */
import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { freePort } from "../../../simulation/control-plane/ports.ts";
import { ensureGoProgram } from "../../../simulation/images/go-program.ts";
import { goPrograms } from "../../../simulation/images/go-programs.ts";
import { ensurePackages, packageEnvironment } from "../../../simulation/images/packages.ts";

const exec = promisify(execFile);
/** PostgreSQL refuses root: in a user namespace root is somebody else. */
const notRoot =
  process.getuid?.() === 0 ? ["unshare", "--user", "--map-user=65534", "--map-group=65534"] : [];

export const bucketName = "backups";
/** Where the PostgreSQL server's archive is, as its operator would have it. */
export const archive = { above: "postgresql/shop", server: "orders" } as const;

export class RealStores {
  readonly folder = mkdtempSync(join(tmpdir(), "quint-stores-"));
  readonly sockets = mkdtempSync(join(tmpdir(), "quint-s-"));
  readonly keys = { AWS_ACCESS_KEY_ID: "quint", AWS_SECRET_ACCESS_KEY: randomUUID() };
  readonly port = 5432;
  environment: NodeJS.ProcessEnv = {};
  endpoint = "";
  #children: ChildProcess[] = [];
  #versitygw = "";
  #s3: S3Client | undefined;

  /** @param servers left out: all of them; the object store is always there. */
  async start(
    report: (line: string) => void,
    servers: readonly ("postgresql" | "redis")[] = ["postgresql", "redis"],
  ): Promise<void> {
    const root = await ensurePackages(["barman-cli-cloud", "postgresql", "redis-server"], report);
    const programs = [root, "/"].flatMap((place) =>
      globSync(join(place, "usr/lib/postgresql/*/bin")).filter((bin) => existsSync(join(bin, "postgres"))),
    );
    const found = packageEnvironment(root);
    this.environment = {
      ...found,
      ...this.keys,
      // The unpacked one's wrappers look for clusters of the machine.
      PATH: [...programs, found.PATH ?? ""].join(":"),
      PYTHONPATH: join(root, "usr/lib/python3/dist-packages"),
      PYTHONDONTWRITEBYTECODE: "1",
      AWS_DEFAULT_REGION: "us-east-1",
    };
    this.#versitygw = await ensureGoProgram(goPrograms.versitygw, report);
    this.endpoint = await this.#store(["posix", this.made("objects")]);
    this.#s3 = clientOf(this.endpoint, this.keys);
    await this.#s3.send(new CreateBucketCommand({ Bucket: bucketName }));
    const starting = { postgresql: () => this.#postgresql(), redis: () => this.#redis() };
    await Promise.all(servers.map((name) => starting[name]()));
  }

  /** A second object store, of so many bytes; nothing where this machine does not let one be made. */
  async smallStore(bytes: number): Promise<string | undefined> {
    const data = this.made("small");
    const isolated = ["--user", "--map-root-user", "--mount"];
    if ((await exec("unshare", [...isolated, "true"]).catch(() => undefined)) === undefined) return undefined;
    const mount = `mount -t tmpfs -o size=${bytes} tmpfs "$0" && mkdir "$0/${bucketName}" && exec "$@"`;
    return this.#store(["posix", data], ["unshare", ...isolated, "sh", "-c", mount, data]);
  }

  /** Path of an object on this machine's disk. */
  objectFile(key: string): string {
    return join(this.folder, "objects", bucketName, key);
  }

  /** What an object holds; nothing where it is not there. */
  read(key: string): Buffer | undefined {
    const file = this.objectFile(key);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  /** Writes an object anew, or removes it. */
  async replace(key: string, body: string | Buffer | undefined): Promise<void> {
    if (body === undefined) await this.#s3?.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }));
    else await this.put(key, body);
  }

  /** Copies the backups of keys into a small store, and fills it up. */
  async fill(endpoint: string): Promise<void> {
    const small = clientOf(endpoint, this.keys);
    const put = (key: string, body: Buffer): Promise<unknown> =>
      small.send(new PutObjectCommand({ Bucket: bucketName, Key: key, Body: body }));
    for (const key of globSync("valkey/*/*/*Z/*", { cwd: this.objectFile("") }))
      await put(key, readFileSync(this.objectFile(key)));
    for (let number = 0; number < 100; number++) {
      const full = await put(`full/${number}`, Buffer.alloc(8 * 1024)).then(
        () => false,
        () => true,
      );
      if (full) return;
    }
    throw new Error("the small store is not that small");
  }

  async put(key: string, body: string | Buffer): Promise<void> {
    await this.#s3?.send(new PutObjectCommand({ Bucket: bucketName, Key: key, Body: body }));
  }

  /** A base backup by Barman, as CloudNativePG's plugin makes it. */
  async baseBackup(): Promise<string> {
    const options = ["--endpoint-url", this.endpoint, "--gzip", "--immediate-checkpoint"];
    const server = ["--host", this.sockets, "--port", String(this.port), "--user", "postgres"];
    await this.run("barman-cloud-backup", [
      ...options,
      ...server,
      `s3://${bucketName}/${archive.above}`,
      archive.server,
    ]);
    const bases = globSync("*", { cwd: this.objectFile(`${archive.above}/${archive.server}/base`) });
    return bases.sort().at(-1) ?? "";
  }

  /** A dump with its manifest, as the platforms' jobs make it. @returns its name. */
  async dump(folder: string): Promise<string> {
    const file = join(this.folder, "dump.rdb");
    await this.redis("--rdb", file);
    const id = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
    const packed = gzipSync(readFileSync(file));
    await this.put(`${folder}/${id}/dump.rdb.gz`, packed);
    const sha256 = createHash("sha256").update(packed).digest("hex");
    const files = [{ name: "dump.rdb.gz", bytes: packed.length, sha256 }];
    const manifest = { store: "sessions", kind: "valkey", taken: new Date().toISOString(), files };
    await this.put(`${folder}/${id}/manifest.json`, JSON.stringify(manifest));
    return id;
  }

  psql(database: string, ...statements: readonly string[]): Promise<string> {
    const commands = statements.flatMap((statement) => ["-c", statement]);
    const where = ["-h", this.sockets, "-p", String(this.port), "-U", "postgres", "-d", database];
    return this.run("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", ...where, ...commands]);
  }

  redis(...words: readonly string[]): Promise<string> {
    return this.run("redis-cli", ["-s", join(this.sockets, "redis"), ...words]);
  }

  async stop(): Promise<void> {
    for (const child of [...this.#children].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGINT");
      const forced = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await once(child, "exit");
      clearTimeout(forced);
    }
    for (const one of [this.folder, this.sockets]) rmSync(one, { recursive: true, force: true });
  }

  async run(program: string, args: readonly string[]): Promise<string> {
    const [command = program, ...rest] = [...notRoot, program, ...args];
    const { stdout } = await exec(command, rest, { env: this.environment });
    return stdout.trim();
  }

  async #postgresql(): Promise<void> {
    const data = join(this.folder, "postgresql");
    await this.run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]);
    const archiver = ["barman-cloud-wal-archive", "--endpoint-url", this.endpoint, "--gzip"];
    const command = [...archiver, `s3://${bucketName}/${archive.above}`, archive.server, "%p"].join(" ");
    appendFileSync(
      join(data, "postgresql.conf"),
      `listen_addresses = ''\nunix_socket_directories = '${this.sockets}'\nfsync = off\nwal_level = replica\n` +
        `archive_mode = on\narchive_command = '${command}'\n`,
    );
    this.spawn("postgresql", [...notRoot, "postgres", "-D", data]);
    await until(() => this.psql("postgres", "SELECT 1"), "PostgreSQL");
  }

  async #redis(): Promise<void> {
    const place = ["--dir", this.made("redis"), "--unixsocket", join(this.sockets, "redis"), "--port", "0"];
    this.spawn("redis", ["redis-server", ...place, "--save", ""]);
    await until(() => this.redis("PING"), "Redis");
  }

  async #store(backend: readonly string[], inside: readonly string[] = []): Promise<string> {
    const port = await freePort();
    const listen = ["--port", `127.0.0.1:${port}`, "--quiet", "--health", "/health"];
    this.spawn(`s3-${port}`, [...inside, this.#versitygw, ...listen, ...backend], {
      ROOT_ACCESS_KEY_ID: this.keys.AWS_ACCESS_KEY_ID,
      ROOT_SECRET_ACCESS_KEY: this.keys.AWS_SECRET_ACCESS_KEY,
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await until(async () => {
      assert.ok((await fetch(`${endpoint}/health`)).ok);
    }, "the object store");
    return endpoint;
  }

  /** Starts a server that ends with the others. */
  spawn(name: string, [program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): void {
    const log = openSync(join(this.folder, `${name}.log`), "a");
    this.#children.push(
      spawn(program, args, { env: { ...this.environment, ...env }, stdio: ["ignore", log, log] }),
    );
  }

  /** A folder of its own for a server. */
  made(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    return folder;
  }
}

function clientOf(endpoint: string, keys: RealStores["keys"]): S3Client {
  const credentials = { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY };
  return new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
}

export async function until(work: () => Promise<unknown>, what: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries > 3000) throw new Error(`${what} does not answer`, { cause: error });
      await sleep(100);
    }
  }
}
