/** What a deployment keeps of a data service whose objects Argo CD syncs. */
import * as pulumi from "@pulumi/pulumi";
import type { PlatformSecret } from "../secrets/platform-secret.ts";
import type { DataServiceOptions } from "./data-service.ts";
import { componentTypes, type DataServiceArgs } from "./definition.ts";
import { keep } from "./kept.ts";

/**
 * Its Secrets, their copies beside callers in other namespaces, and its rights in the cloud. They are called as those of
 * the whole service, so that a stack that changes its delivery keeps every
 * password.
 */
export class KeptDataService extends pulumi.ComponentResource {
  /** Its generated Secrets, by name. */
  readonly secrets: ReadonlyMap<string, PlatformSecret>;

  constructor(name: string, args: DataServiceArgs, { others, ...opts }: DataServiceOptions = {}) {
    super(componentTypes[args.spec.kind], name, {}, opts);
    this.secrets = keep(name, args, others, { parent: this }).secrets;
    this.registerOutputs();
  }
}
