/** The platforms' backup jobs, run as they are: their scripts by a shell, with rclone and the stores' own tools. */
import { execFile } from "node:child_process";
import { chmodSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { rcloneEnvironment, remoteEnvironment } from "../../../components/backup/remote.ts";
import { dumpFolder, uploadDump } from "../../../components/backup/scripts.ts";
import { ensurePackages } from "../../../simulation/images/packages.ts";
import { bucketName, type RealStores } from "./real-stores.ts";

const exec = promisify(execFile);

export class BackupJobs {
  readonly folder = mkdtempSync(join(tmpdir(), "quint-jobs-"));
  readonly #stores: RealStores;
  #rclone = "";

  constructor(stores: RealStores) {
    this.#stores = stores;
  }

  async start(report: (line: string) => void): Promise<void> {
    const root = await ensurePackages(["rclone"], report);
    const [found] = globSync("usr/bin", { cwd: root });
    this.#rclone = found === undefined ? "" : join(root, found);
    mkdirSync(join(this.folder, "bin"));
  }

  /** A program of a store's image, as a command of this machine. */
  command(name: string, script: string): void {
    const file = join(this.folder, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** A file that the container has from a Secret. @param file below the folder of the jobs. */
  place(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  /**
   * A mirror's run, or any other script that knows the bucket.
   * @param places folders of a store's image, and what stands for each on this machine.
   */
  async run(
    script: string,
    env: Readonly<Record<string, string>>,
    places: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { environment, endpoint, keys } = this.#stores;
    const { PATH = "" } = environment;
    await exec("sh", ["-c", inFolder(script, { ...places, [dumpFolder]: join(this.folder, "dump") })], {
      env: {
        ...environment,
        ...rcloneEnvironment,
        HOME: this.folder,
        RCLONE_CONFIG: join(this.folder, "rclone.conf"),
        RCLONE_CACHE_DIR: this.folder,
        PATH: [join(this.folder, "bin"), this.#rclone, PATH].join(delimiter),
        ...remote("backup", endpoint, keys),
        ...remote("store", endpoint, keys),
        // rclone of Debian refuses it, whatever is in it.
        AWS_CA_BUNDLE: "",
        RETENTION_DAYS: "30",
        ...env,
      },
    });
  }

  /** A dump and its upload. @param folder of the store, below the bucket. */
  async dump(
    script: string,
    {
      folder,
      kind,
      env,
      places,
    }: {
      readonly folder: string;
      readonly kind: string;
      readonly env: Readonly<Record<string, string>>;
      readonly places?: Readonly<Record<string, string>>;
    },
  ): Promise<void> {
    rmSync(join(this.folder, "dump"), { recursive: true, force: true });
    await this.run(script, env, places);
    await this.run(uploadDump, { TARGET: `backup:${bucketName}/${folder}`, STORE: "store", KIND: kind });
  }

  stop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The script with other folders in place of those of its container; files that are called as one stay. */
function inFolder(script: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce(
    (text, [from, to]) => text.replaceAll(new RegExp(`(?<=[\\s"=])${from}(?=[/\\s"]|$)`, "g"), to),
    script,
  );
}

/** The variables of a remote, with the values that a Secret would give them. */
function remote(name: string, endpoint: string, keys: RealStores["keys"]): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = keys;
  const key = (one: string) => ({ secret: "store", key: one });
  const variables = remoteEnvironment(name, {
    region: "us-east-1",
    endpoint,
    keys: { accessKey: key(id), secretKey: key(secret) },
  });
  return Object.fromEntries(
    Object.entries(variables).map(([variable, value]) => [
      variable,
      typeof value === "string" ? value : value.key,
    ]),
  );
}
