/** The bucket with the backups, by the S3 API. Its refusals become reasons that say what to do. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { messageOf, RecoveryFailure } from "./failure.ts";
import type { DrillPlan } from "./plan.ts";

export interface StoredObject {
  /** Below the prefix. */
  readonly key: string;
  readonly bytes: number;
  readonly changed: Date;
}

/** What an object's store says of it beside its listing. */
export interface ObjectHead {
  readonly contentType?: string | undefined;
  /** As rclone writes it: `mtime`, in seconds, is when the object got into the store that it was mirrored from. */
  readonly metadata: Readonly<Record<string, string>>;
  /** MD5 (hex), where the store tells: not of what it encrypted with a key of a KMS, nor of what came in parts. */
  readonly md5?: string;
}

const credentials = "make new ones and put them into the Secret that the job names";
/** What a store's refusals mean, by the code that S3 gives them. */
const refusals: Readonly<Record<string, string>> = {
  ExpiredToken: `the credentials have expired: ${credentials}`,
  RequestExpired: `the credentials have expired, or this machine's clock is wrong: ${credentials}`,
  XAdminUserNotFound: `the store does not know the access key: ${credentials}`,
  InvalidAccessKeyId: `the store does not know the access key (rotated, or deleted): ${credentials}`,
  SignatureDoesNotMatch: `the store does not accept the secret key: ${credentials}`,
  AccessDenied: "the credentials do not reach this: widen their policy",
  NoSuchBucket: "there is no such bucket: correct its name",
  QuotaExceeded: "the bucket is full (quota): shorten the retention, or raise the quota",
  InsufficientStorage: "the store is full: shorten the retention, or add room",
  XMinioStorageFull: "the store is full: shorten the retention, or add room",
  EntityTooLarge: "the object is larger than the store takes",
};

export class BackupBucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ name, prefix, ...place }: DrillPlan["bucket"]) {
    this.#bucket = name;
    this.#prefix = prefix;
    this.#client = s3Client(place);
  }

  /** Objects below a folder, all of them. */
  async list(folder: string): Promise<readonly StoredObject[]> {
    return (await this.#pages(folder)).objects;
  }

  /** Names of the folders right below a folder, sorted. */
  async folders(folder: string): Promise<readonly string[]> {
    return (await this.#pages(folder, "/")).folders.sort();
  }

  async text(key: string): Promise<string> {
    return this.#asking(`read ${key}`, async () => {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#at(key)));
      return (await Body?.transformToString("utf8")) ?? "";
    });
  }

  async head(key: string): Promise<ObjectHead> {
    return this.#asking(`look at ${key}`, async () => {
      const {
        ContentType,
        Metadata = {},
        ETag = "",
        ServerSideEncryption,
      } = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      const encrypted = ServerSideEncryption?.startsWith("aws:kms") === true;
      // rclone writes it itself where it sends an object in parts.
      const written = Metadata.md5chksum;
      const tag = /^"?([0-9a-f]{32})"?$/.exec(encrypted ? "" : ETag)?.[1];
      const md5 = written === undefined ? tag : Buffer.from(written, "base64").toString("hex");
      return { contentType: ContentType, metadata: Metadata, ...(md5 === undefined ? {} : { md5 }) };
    });
  }

  /** So many bytes of an object, from one on. */
  async part(key: string, from: number, bytes: number): Promise<Uint8Array> {
    if (bytes === 0) return new Uint8Array();
    return this.#asking(`read ${key}`, async () => {
      const Range = `bytes=${from}-${from + bytes - 1}`;
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#at(key), Range }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    });
  }

  async write(key: string, text: string): Promise<void> {
    await this.#asking(`write ${key}`, () =>
      this.#client.send(
        new PutObjectCommand({ ...this.#at(key), Body: text, ContentType: "application/json" }),
      ),
    );
  }

  /** Copies an object into a file. Returns its length and SHA-256 (hex). */
  async download(
    key: string,
    file: string,
    signal?: AbortSignal,
  ): Promise<{ bytes: number; sha256: string }> {
    return this.#asking(`read ${key}`, async () => {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#at(key)), {
        ...(signal === undefined ? {} : { abortSignal: signal }),
      });
      if (!(Body instanceof Readable)) throw new RecoveryFailure(`${key} is empty`);
      const hash = createHash("sha256");
      let bytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          bytes += chunk.length;
          done(undefined, chunk);
        },
      });
      await pipeline(Body, measure, createWriteStream(file), { signal });
      return { bytes, sha256: hash.digest("hex") };
    });
  }

  close(): void {
    this.#client.destroy();
  }

  #at(key: string) {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${key}` };
  }

  async #pages(folder: string, Delimiter?: string) {
    return this.#asking(`list ${folder}/`, async () => {
      const Prefix = `${this.#prefix}${folder}/`;
      const asked = { Bucket: this.#bucket, Prefix, ...(Delimiter === undefined ? {} : { Delimiter }) };
      const objects: StoredObject[] = [];
      const folders: string[] = [];
      for await (const page of paginateListObjectsV2({ client: this.#client }, asked)) {
        for (const { Key = "", Size = 0, LastModified } of page.Contents ?? [])
          objects.push({
            key: Key.slice(this.#prefix.length),
            bytes: Size,
            changed: LastModified ?? new Date(0),
          });
        for (const { Prefix: name = "" } of page.CommonPrefixes ?? [])
          folders.push(name.slice(Prefix.length, -1));
      }
      return { objects, folders };
    });
  }

  #asking<T>(what: string, work: () => Promise<T>): Promise<T> {
    return asking(this.#bucket, what, work);
  }
}

/**
 * A client of a store.
 * @param keys left out: they come the way S3 clients find them, by environment, file, or the pod's identity.
 */
export function s3Client(
  { region, endpoint }: Pick<DrillPlan["bucket"], "region" | "endpoint">,
  keys?: { readonly accessKeyId: string; readonly secretAccessKey: string },
): S3Client {
  return new S3Client({
    region,
    maxAttempts: 4,
    ...(keys === undefined ? {} : { credentials: keys }),
    ...(endpoint === undefined
      ? {}
      : {
          endpoint,
          // Stores that are not AWS know neither virtual hosts nor the checksums that newer clients send.
          forcePathStyle: true,
          requestChecksumCalculation: "WHEN_REQUIRED",
          responseChecksumValidation: "WHEN_REQUIRED",
        }),
  });
}

/** @throws RecoveryFailure that says what a refusal means. */
export async function asking<T>(bucket: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RecoveryFailure || (error as Error).name === "AbortError") throw error;
    throw new RecoveryFailure(`Cannot ${what} in the bucket ${bucket}: ${refusalOf(error)}`);
  }
}

/** What a refusal of the store means. */
export function refusalOf(error: unknown): string {
  if (error instanceof S3ServiceException) {
    const meaning = refusals[error.name] ?? error.message;
    return `${meaning} (${error.name}, ${error.$metadata.httpStatusCode ?? "no status"})`;
  }
  const cause = error instanceof Error && "code" in error ? `${String(error.code)}: ` : "";
  return `the store does not answer (${cause}${messageOf(error)})`;
}
