/** A cluster that does at once what a restore asks for, and remembers it; with Argo CD's Applications, where there are any. */
import type { Client } from "../../../automation/cluster/access.ts";
import { keptIn, type KeptJournal, type RestoreJournal } from "../../../automation/recovery/journal.ts";

export const at = new Date("2026-11-20T10:15:00Z");
export const begun = new Date("2026-11-21T08:00:00Z");
const notThere = Object.assign(new Error("not found"), { code: 404 });

export interface Have {
  /** Velero's copies. */
  readonly copies?: readonly object[];
  /** Whether what is read is there, but for servers that were removed. */
  readonly there?: boolean;
  /** What Applications say of their automated sync, by name; null: nothing. */
  readonly applications?: Readonly<Record<string, object | null>>;
  /** First times that archives restore, by the archive's name. */
  readonly archives?: Readonly<Record<string, string>>;
  /** Whether something says where servers archive. */
  readonly stores?: boolean;
  /** A kind of change that fails, once; `volumes`: the look at them, once their server is removed. */
  readonly fails?: string;
}

interface Application {
  metadata: { name: string };
  spec: { source: { path: string }; syncPolicy: { automated?: object; syncOptions: string[] } };
  operation?: object;
  status: object;
}

export function cluster(have: Have = {}) {
  const { copies = [], there = true, applications = {}, archives = {}, stores = true, fails } = have;
  const asked: { object: object; dryRun: string | undefined }[] = [];
  const order: string[] = [];
  const removed = new Set<string>();
  let failure = fails;
  const act = (what: string): void => {
    if (failure !== undefined && what.startsWith(failure)) {
      failure = undefined;
      throw new Error(`${what} failed`);
    }
    order.push(what);
  };
  const all = new Map<string, Application>(
    Object.entries(applications).map(([name, automated]) => [
      name,
      {
        metadata: { name },
        spec: {
          source: { path: "deploy" },
          syncPolicy: { syncOptions: [], ...(automated === null ? {} : { automated }) },
        },
        status: {},
      },
    ]),
  );
  const client = {
    core: {
      listNamespacedPersistentVolumeClaim: () => {
        if (failure !== "volumes") return Promise.resolve({ items: [] });
        failure = undefined;
        return Promise.reject(new Error("volumes failed"));
      },
      readNamespacedSecret: ({ namespace }: { namespace: string }) =>
        Promise.resolve({ type: "Opaque", data: { "access-key": `of ${namespace}` } }),
    },
    objects: {
      create: (object: object, _pretty: unknown, dryRun?: string) => {
        asked.push({ object, dryRun });
        act(`create ${(object as { kind: string }).kind}`);
        return Promise.resolve(object);
      },
      read: ({ kind, metadata }: { kind: string; metadata: { name: string; namespace?: string } }) =>
        there && !removed.has(`${metadata.namespace}/${metadata.name}`)
          ? Promise.resolve({
              status: {
                phase: "Completed",
                conditions: [{ type: "Ready", status: kind === "Cluster" ? "True" : "False" }],
              },
            })
          : Promise.reject(notThere),
    },
    custom: {
      listNamespacedCustomObject: () => Promise.resolve({ items: copies }),
      deleteNamespacedCustomObject: (of: { name: string; namespace: string; dryRun?: string }) => {
        const dry = of.dryRun === undefined ? "" : " (dry)";
        act(`remove ${of.namespace}/${of.name}${dry}`);
        if (dry === "") removed.add(`${of.namespace}/${of.name}`);
        return Promise.resolve({});
      },
      getNamespacedCustomObject: ({ name, plural }: { name: string; plural: string }) => {
        if (plural === "objectstores") {
          if (!stores) return Promise.reject(notThere);
          const windows = Object.entries(archives).map(([archive, firstRecoverabilityPoint]) => [
            archive,
            { firstRecoverabilityPoint },
          ]);
          const spec = {
            retentionPolicy: "30d",
            configuration: {
              destinationPath: "s3://backups/postgresql/its-own",
              s3Credentials: { accessKeyId: { name: `${name}-archive` } },
            },
          };
          return Promise.resolve({
            spec,
            status: { serverRecoveryWindow: Object.fromEntries(windows) as object },
          });
        }
        const found = all.get(name);
        return found === undefined ? Promise.reject(notThere) : Promise.resolve(structuredClone(found));
      },
      patchNamespacedCustomObject: ({ name, body }: { name: string; body: unknown }) => {
        const application = all.get(name)!;
        if (Array.isArray(body)) {
          const [{ value }] = body as [{ value: object }];
          act(`automated ${name} ${JSON.stringify(value)}`);
          application.spec.syncPolicy.automated = value;
          return Promise.resolve({});
        }
        const { operation } = body as { operation: { sync: { revision: string } } };
        act(`sync ${name} ${operation.sync.revision}`);
        removed.clear();
        application.status = {
          sync: { status: "Synced" },
          operationState: { phase: "Succeeded", syncResult: operation.sync },
        };
        return Promise.resolve({});
      },
    },
  };
  return {
    client: client as unknown as Client,
    asked,
    order,
    act,
    automated: () =>
      Object.fromEntries([...all].map(([name, { spec }]) => [name, spec.syncPolicy.automated ?? null])),
  };
}

/** A journal in memory. */
export function journalOf(over: Partial<RestoreJournal> = {}): KeptJournal {
  return keptIn(undefined, {
    version: 1,
    stack: "production",
    platform: "health-data",
    at: at.toISOString(),
    to: "in-place",
    begun: begun.toISOString(),
    done: [],
    process: { pid: process.pid, started: "" },
    ...over,
  });
}
