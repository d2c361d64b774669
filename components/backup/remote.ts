/** A bucket as rclone knows it: by variables of the environment, so that no credential stands in an argument or a file. */
import type { EnvironmentValue, Resources } from "../../platforms/model/index.ts";

export interface Remote {
  readonly region: string;
  /** Address of the API; none for AWS itself. */
  readonly endpoint?: string | undefined;
  /** Key of AWS KMS that encrypts its objects (alias, ID or ARN); none where no such key does. */
  readonly kmsKey?: string | undefined;
  /** Keys of a Secret; none where pods have an identity that may use the bucket. */
  readonly keys?: {
    readonly accessKey: { readonly secret: string; readonly key: string };
    readonly secretKey: { readonly secret: string; readonly key: string };
  };
}

/** @param name by which commands know it: `<name>:<bucket>/<folder>`. */
export function remoteEnvironment(
  name: string,
  { region, endpoint, kmsKey, keys }: Remote,
): Record<string, EnvironmentValue> {
  const variable = (key: string) => `RCLONE_CONFIG_${name.toUpperCase()}_${key}`;
  return {
    [variable("TYPE")]: "s3",
    [variable("PROVIDER")]: endpoint === undefined ? "AWS" : "Other",
    [variable("REGION")]: region,
    ...(endpoint === undefined ? {} : { [variable("ENDPOINT")]: endpoint }),
    // rclone takes an ETag for an MD5 unless it is told, calls every small upload corrupted, and removes it. S3 takes a key of
    // its own where only the kind is named.
    ...(kmsKey === undefined
      ? {}
      : { [variable("SERVER_SIDE_ENCRYPTION")]: "aws:kms", [variable("SSE_KMS_KEY_ID")]: kmsKey }),
    // It would look whether the bucket is there, and make it: neither is a right that it has.
    [variable("NO_CHECK_BUCKET")]: "true",
    ...(keys === undefined
      ? { [variable("ENV_AUTH")]: "true" }
      : {
          [variable("ACCESS_KEY_ID")]: keys.accessKey,
          [variable("SECRET_ACCESS_KEY")]: keys.secretKey,
        }),
  };
}

/** What every container with rclone has: no file of settings, and a scratch folder as its home. */
export const rcloneEnvironment = {
  HOME: "/tmp",
  RCLONE_CONFIG: "/tmp/rclone.conf",
  RCLONE_CACHE_DIR: "/tmp",
} as const;

/** rclone buffers 4 uploads of 4 parts of 5 MiB; Kafka's tools are a JVM of 256 MiB. */
export const backupResources: Resources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "500m", memory: "512Mi" },
};
