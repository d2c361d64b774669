/** Kubeconfigs without a credential in them: a command line of the cloud fetches a token for each use. */

export interface ExecKubeconfigArgs {
  /** What cluster, user and context are called in the file. */
  readonly name: string;
  /** Address of the API server with its scheme. */
  readonly server: string;
  /** The cluster's CA, PEM in base64. */
  readonly certificateAuthority: string;
  /** The program that prints an ExecCredential, and its arguments. */
  readonly command: string;
  readonly args: readonly string[];
  /** What to do where the program is missing: shown by whatever reads the kubeconfig. */
  readonly installHint: string;
}

/** A kubeconfig as JSON, which every reader of YAML takes. The same arguments always give the same text. */
export function execKubeconfig(args: ExecKubeconfigArgs): string {
  const { name } = args;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      { name, cluster: { server: args.server, "certificate-authority-data": args.certificateAuthority } },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: args.command,
            args: args.args,
            installHint: args.installHint,
            interactiveMode: "Never",
            provideClusterInfo: false,
          },
        },
      },
    ],
  });
}
