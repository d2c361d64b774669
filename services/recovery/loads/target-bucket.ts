/** A bucket of the object store that is loaded. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import { asking, s3Client } from "../bucket.ts";
import type { LoadPlanOf } from "../load-plan.ts";
import type { LoadContext } from "./load.ts";

export interface Present {
  readonly bytes: number;
  readonly changed: Date;
}

interface Kind {
  readonly metadata: Record<string, string>;
  readonly contentType: string | undefined;
}

export class TargetBucket {
  readonly name: string;
  readonly #client: S3Client;

  constructor(name: string, place: LoadPlanOf<"object-store">, secret: LoadContext["secret"]) {
    this.name = name;
    this.#client = s3Client(place, {
      accessKeyId: secret("STORE_ACCESS_KEY"),
      secretAccessKey: secret("STORE_SECRET_KEY"),
    });
  }

  /** What is there now, by name. */
  async list(): Promise<ReadonlyMap<string, Present>> {
    return this.#asking("list objects", async () => {
      const found = new Map<string, Present>();
      for await (const { Contents = [] } of paginateListObjectsV2(
        { client: this.#client },
        { Bucket: this.name },
      ))
        for (const { Key = "", Size = 0, LastModified = new Date(0) } of Contents)
          found.set(Key, { bytes: Size, changed: LastModified });
      return found;
    });
  }

  async metadata(key: string): Promise<Readonly<Record<string, string>>> {
    return this.#asking(`look at ${key}`, async () => {
      const { Metadata = {} } = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return Metadata;
    });
  }

  /** @param md5 in base64: the store refuses what arrives as something else. */
  async put(key: string, body: Uint8Array, md5: string, { metadata, contentType }: Kind): Promise<void> {
    await this.#asking(`write ${key}`, () =>
      this.#client.send(
        new PutObjectCommand({
          ...this.#at(key),
          Body: body,
          ContentMD5: md5,
          Metadata: metadata,
          ContentType: contentType,
        }),
      ),
    );
  }

  /**
   * Writes an object in parts.
   * @param sending sends each; returns whether the object is to be kept.
   */
  async putParts(
    key: string,
    { metadata, contentType }: Kind,
    sending: (send: (body: Uint8Array) => Promise<void>) => Promise<boolean>,
  ): Promise<boolean> {
    return this.#asking(`write ${key}`, async () => {
      const { UploadId } = await this.#client.send(
        new CreateMultipartUploadCommand({ ...this.#at(key), Metadata: metadata, ContentType: contentType }),
      );
      const upload = { ...this.#at(key), UploadId };
      const parts: CompletedPart[] = [];
      const send = async (body: Uint8Array): Promise<void> => {
        const PartNumber = parts.length + 1;
        const { ETag } = await this.#client.send(
          new UploadPartCommand({ ...upload, PartNumber, Body: body }),
        );
        parts.push({ PartNumber, ETag });
      };
      let keep = false;
      try {
        keep = await sending(send);
        return keep;
      } finally {
        await this.#client.send(
          keep
            ? new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })
            : new AbortMultipartUploadCommand(upload),
        );
      }
    });
  }

  close(): void {
    this.#client.destroy();
  }

  #at(key: string) {
    return { Bucket: this.name, Key: key };
  }

  #asking<T>(what: string, work: () => Promise<T>): Promise<T> {
    return asking(this.name, what, work);
  }
}
