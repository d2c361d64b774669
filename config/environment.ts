/** Every environment variable that Quint itself reads. */

export interface EnvironmentVariable {
  readonly name: string;
  /** What it changes. */
  readonly purpose: string;
  /** What holds without it. */
  readonly fallback: string;
}

/** The variables, in the order in which docs/configuration.md lists them. */
export const environmentVariables = [
  {
    name: "PULUMI_CONFIG_PASSPHRASE",
    purpose: "Passphrase that encrypts secrets in the state, where `state.secretsProvider` is `passphrase`.",
    fallback: "Local state: a passphrase is generated once and kept under `.quint/`. Elsewhere: required.",
  },
  {
    name: "PULUMI_CONFIG_PASSPHRASE_FILE",
    purpose: "Path of a file that holds the passphrase, in place of `PULUMI_CONFIG_PASSPHRASE`.",
    fallback: "As above.",
  },
  {
    name: "QUINT_CACHE",
    purpose:
      "Folder for the programs that Quint builds or downloads (engine, control plane), shared by all checkouts.",
    fallback: "`$XDG_CACHE_HOME/quint`, else `~/.cache/quint`.",
  },
  {
    name: "XDG_CACHE_HOME",
    purpose: "Folder of the user's caches, where `QUINT_CACHE` is not set.",
    fallback: "`~/.cache`.",
  },
  {
    name: "CI",
    purpose: "Any value but `false`: nothing is asked, and progress is printed as plain lines.",
    fallback: "Questions and live progress where the output is a terminal.",
  },
  {
    name: "GITHUB_ACTOR",
    purpose: "Who started a workflow of GitHub: whom the history of deliveries names.",
    fallback: "Git's `user.name` and `user.email`, else the user of the machine.",
  },
  {
    name: "NO_COLOR",
    purpose: "Any value: no colours in the output.",
    fallback: "Colours where the output is a terminal.",
  },
] as const satisfies readonly EnvironmentVariable[];
