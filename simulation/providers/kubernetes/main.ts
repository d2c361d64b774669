/** The plugin process of the stand-in for the kubernetes provider. */
import { packageVersion, serve } from "../plugin/serve.ts";
import { kubernetesProvider } from "./provider.ts";

await serve((log) => kubernetesProvider(packageVersion("@pulumi/kubernetes"), process.env, log));
