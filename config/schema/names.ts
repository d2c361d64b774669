/** Names as Kubernetes takes them, and the images that it runs. */
import { z } from "zod";

/** A name for namespaces and objects (RFC 1123 label). */
export const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "is not a lower-case DNS label of at most 63 characters")
  .meta({ examples: ["my-name"] });

/** A name of an object that may have dots, such as a storage class (RFC 1123 subdomain). */
export const dnsSubdomain = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, "is not a lower-case DNS name")
  .meta({ examples: ["my-name"] });

/** A value of a label. Clouds name zones and shapes in capitals. */
export const labelValue = z
  .string()
  .regex(
    /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    "is not a label value: letters, digits, `-`, `_` and `.`, at most 63",
  )
  .meta({ examples: ["my-value"] });

/** A value of a label that may also be empty, as in `node-role/gpu: ""`. */
export const labelText = z
  .string()
  .regex(
    /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/,
    "is not a label value: letters, digits, `-`, `_` and `.`, at most 63",
  )
  .meta({ examples: ["compute"] });

/** A key of a label or taint: a name, with a domain in front of it where it is not the user's own. */
export const labelKey = z
  .string()
  .max(317)
  .regex(
    /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    "is not a label key: a name, or a domain, `/` and a name",
  )
  .meta({ examples: ["workload-type"] });

/** `registry/repository:tag`, `registry/repository@sha256:…` or both. */
export const imageReference = z
  .string()
  .max(512)
  .regex(
    /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    { message: "is not an image reference", abort: true },
  )
  .refine((image) => /(@sha256:[0-9a-f]{64}|:[\w][\w.-]*)$/.test(image), "has neither tag nor digest")
  .meta({ examples: ["ghcr.io/your-organization/cancer-mlops-api:v1.0.0"] });
