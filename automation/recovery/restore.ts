/** A restore as steps, each of which can be repeated: what is done is in the journal, and an interrupted run goes on. */
import { apiMessage, statusOf, type Client } from "../cluster/access.ts";
import { failure } from "../exit.ts";
import { archiveBeside } from "./archives.ts";
import { carryOut } from "./carry-out.ts";
import { namespaceRestore } from "./copies.ts";
import { inPlaceSteps, type InPlace } from "./in-place.ts";
import { inPlace } from "./places.ts";
import { archivedServers, type Request } from "./requests.ts";
import { serverBeside } from "./servers.ts";
import type { RestoreArgs, RestoreStep } from "./step.ts";

/**
 * The steps, in their order.
 * @param copy Velero's, where it has one.
 */
export function restoreSteps(
  client: Client,
  args: RestoreArgs,
  copy: string | undefined,
  session: InPlace,
): readonly RestoreStep[] {
  const { platform, to, really } = args;
  const ask = (id: string, request: Request): RestoreStep => ({
    id,
    title: request.title,
    run: async (report) => {
      const { object, result } = await carryOut(client, request, really, report);
      return `${object} ${result}`;
    },
  });
  const namespaces = copy === undefined ? [] : [ask("namespaces", namespaceRestore({ ...args, to }, copy))];
  if (to === inPlace) return inPlaceSteps(client, args, namespaces, session);
  const several = to.size > 1;
  return [
    ...[...to.values()].map((name): RestoreStep => ({
      id: several ? `namespace ${name}` : "namespace",
      title: `Namespace ${name}`,
      run: () => makeNamespace(client, name, really),
    })),
    ...namespaces,
    ...archivedServers(platform).flatMap((one) => {
      const place = to.get(one.namespace);
      const id = `server ${several ? `${one.namespace}/` : ""}${one.spec.name}`;
      if (place === undefined) return [];
      const archive: RestoreStep = {
        id: id.replace("server", "archive"),
        title: `Archive of ${one.namespace}/${one.spec.name}`,
        // The API server takes nothing for a namespace that is not there yet.
        run: () => (really ? archiveBeside(client, one, place) : Promise.resolve("not carried out")),
      };
      return [archive, ask(id, serverBeside(args, one, place))];
    }),
  ];
}

async function makeNamespace({ objects }: Client, name: string, really: boolean): Promise<string> {
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  };
  try {
    await objects.create(namespace, undefined, really ? undefined : "All", "quint");
    return really ? "made" : "accepted";
  } catch (error) {
    if (statusOf(error) === 409) return "is there already";
    throw failure(`The namespace ${name} was refused: ${apiMessage(error)}`);
  }
}
