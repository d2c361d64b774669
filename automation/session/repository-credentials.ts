/** The Secret with which Argo CD reads a private repository: people make it, and only the cluster knows whether it is there. */
import { isSimulated, SettingsError, type GitopsSettings, type Problem } from "../../config/index.ts";
import { connect, type Client } from "../cluster/access.ts";
import { note } from "../console/terminal.ts";
import type { Session } from "./session.ts";

const namespace = "argocd";
const typeLabel = "argocd.argoproj.io/secret-type";

/**
 * Makes sure, before anything changes, that Argo CD will be able to read the repository. Before Argo CD's namespace is
 * there nobody can have made the Secret: that is said, and the first `up` goes on.
 *
 * @throws SettingsError where the Secret is not there, or is none that Argo CD reads the repository with.
 */
export async function refuseWithoutCredentials(session: Session): Promise<void> {
  const { cluster, delivery, gitops } = session.settings;
  // No Argo CD reads anything on a simulated cluster.
  if (delivery !== "gitops" || gitops?.credentials === undefined || isSimulated(cluster)) return;
  const { credentials } = gitops;
  const { accessIfThere, options } = session;
  const found =
    accessIfThere === undefined
      ? "too early"
      : await problemWith(await connect(accessIfThere), { ...gitops, credentials });
  if (found === "too early") {
    note(
      `Argo CD reads the repository once you have made its Secret: ${remedyFor({ ...gitops, credentials })}`,
    );
  } else if (found !== undefined) {
    throw new SettingsError([found], `Argo CD's repository of ${options.stack}`);
  }
}

type WithCredentials = GitopsSettings & { readonly credentials: string };

/** What is wrong with the Secret; nothing where Argo CD takes it. */
export async function problemWith(
  client: Client,
  gitops: WithCredentials,
): Promise<Problem | "too early" | undefined> {
  const { credentials: name, repository } = gitops;
  if (!(await isThere(() => client.core.readNamespace({ name: namespace })))) return "too early";
  const wrong = (reason: string): Problem => ({
    key: "quint:gitops.credentials",
    value: name,
    reason,
    remedy: remedyFor(gitops),
  });
  const secret = await isThere(() => client.core.readNamespacedSecret({ name, namespace }));
  if (secret === undefined) return wrong(`is no Secret of the namespace \`${namespace}\``);
  const type = secret.metadata?.labels?.[typeLabel];
  if (type !== "repository" && type !== "repo-creds") {
    return wrong(
      `is a Secret without the label \`${typeLabel}: repository\`, and Argo CD does not look at it`,
    );
  }
  const url = Buffer.from(secret.data?.url ?? "", "base64")
    .toString("utf8")
    .trim();
  // Credentials of a whole organization are for every address that begins with theirs.
  const fits =
    type === "repository" ? plain(url) === plain(repository) : url !== "" && repository.startsWith(url);
  return fits ? undefined : wrong(`is for \`${url}\`, and not for \`${repository}\``);
}

/** Argo CD takes both for one repository. */
function plain(address: string): string {
  return address.replace(/(\.git)?\/?$/, "");
}

async function isThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === 404) return undefined;
    throw error;
  }
}

function remedyFor({ credentials, repository }: WithCredentials): string {
  return [
    "a Secret that you make, with a token or a key that only reads:",
    `kubectl --namespace ${namespace} create secret generic ${credentials} --from-literal=type=git \\`,
    `  --from-literal=url=${repository} --from-literal=username=… --from-file=password=…`,
    `kubectl --namespace ${namespace} label secret ${credentials} ${typeLabel}=repository`,
  ].join("\n");
}
