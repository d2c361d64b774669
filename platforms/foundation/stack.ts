/** What the foundation reads of a stack's settings. */
import type { Delivery, Environment, NodePool } from "../../config/index.ts";
import type { FoundationSettings } from "../../config/schema/foundation.ts";
import type { ChartsSettings } from "../../config/schema/mirrors.ts";
import type { SecretsSettings } from "../../config/schema/secrets.ts";
import type { FoundationSizes } from "../../config/sizes/foundation.ts";
import type { Resources } from "../../config/sizes/types.ts";

/** A part of `Settings`. */
export interface FoundationStack {
  readonly stack: string;
  readonly environment: Environment;
  readonly domain: string;
  readonly delivery: Delivery;
  readonly cluster: {
    readonly type: string;
    /** Of a cloud's cluster. */
    readonly region?: string;
    readonly nodePools: readonly NodePool[];
  };
  readonly charts: ChartsSettings;
  readonly images: { readonly mirror?: string | undefined };
  readonly foundation: FoundationSettings;
  readonly secrets: Pick<SecretsSettings, "sealed">;
  readonly sizes: {
    readonly foundation: FoundationSizes;
    readonly mesh: { readonly sidecar: Resources };
  };
}
