/** The plugin process of the stand-in for the random provider. */
import { packageVersion, serve } from "../plugin/serve.ts";
import { randomProvider } from "./provider.ts";

await serve((log) => randomProvider(packageVersion("@pulumi/random"), log));
