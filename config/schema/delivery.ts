/** What a stack may say of how its applications reach the cluster. */
import { z } from "zod";
import type { Frozen } from "./frozen.ts";
import { dnsSubdomain } from "./names.ts";

export const deliveries = ["direct", "gitops"] as const;
export type Delivery = (typeof deliveries)[number];

export const delivery = z
  .enum(deliveries)
  .default("direct")
  .describe(
    "How applications reach the cluster. `direct`: `up` creates them. `gitops`: `up` creates namespaces, Secrets and Argo CD's objects, and Argo CD syncs what `quint render` wrote and somebody committed.",
  );

const repositoryAddress = z
  .string()
  .max(500)
  .regex(
    /^(https?:\/\/[^\s@]+|ssh:\/\/\S+|git@[^\s:]+:\S+|file:\/\/\/\S+)$/,
    "is not the address of a Git repository without credentials",
  );

export const gitops = z
  .strictObject({
    repository: repositoryAddress
      .describe("Git repository that Argo CD reads: this one, as the cluster reaches it.")
      .meta({ examples: ["https://github.com/your-organization/quint.git"] }),
    revision: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, "is not the name of a branch, a tag or a commit")
      .default("main")
      .describe("Branch, tag or commit that is synced."),
    folder: z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9._-]+)*$/, "is not a path inside of the repository")
      .default("deploy")
      .describe(
        "Folder of the repository with the rendered manifests: below it `<stack>/<platform>/<application>/`.",
      )
      .meta({ examples: ["deploy"] }),
    credentials: dnsSubdomain
      .optional()
      .describe(
        "Name of the Secret in `argocd` with which a private repository is read, in Argo CD's own form (label `argocd.argoproj.io/secret-type: repository`). `up` refuses to go on without it; a first one makes the namespace and says what to make. Left out: the repository is public.",
      )
      .meta({ examples: ["quint-repository"] }),
    signatureKeys: z
      .array(
        z
          .string()
          .regex(
            /^[0-9A-F]{16,40}$/,
            "is not the ID of a GnuPG key: 16 to 40 hexadecimal digits in capitals",
          ),
      )
      .default([])
      .describe(
        "GnuPG keys of which one must have signed a commit, for every project. Left out: none is asked for.",
      )
      .meta({ examples: [["4AEE18F83AFDEB23"]] }),
  })
  .optional()
  .describe("The repository that Argo CD syncs from. Required where `delivery` is `gitops`.")
  .meta({ examples: [{ repository: "https://github.com/your-organization/quint.git" }] });

export type GitopsSettings = Frozen<NonNullable<z.infer<typeof gitops>>>;
