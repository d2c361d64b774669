/** Options of components that put objects into a new cluster. */
import type * as pulumi from "@pulumi/pulumi";

export interface InsideOptions extends pulumi.ComponentResourceOptions {
  /**
   * The cluster. Objects are not deleted one by one when it is deleted, so that what the last volumes and pods need is
   * there until the end.
   */
  readonly deletedWith: pulumi.Resource;
}
