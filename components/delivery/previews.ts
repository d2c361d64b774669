/** Previews of pull requests: an ApplicationSet that makes an Application for each, and what their namespace holds. */
import { ApplicationSet } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/ApplicationSet";
import * as pulumi from "@pulumi/pulumi";
import type { Mirrors } from "../../config/catalog/mirror.ts";
import {
  asTemplate,
  previewMarks,
  withExpressions,
  type PreviewsSpec,
  type SyncSource,
} from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { customResource } from "../custom-resource.ts";
import { ownerLabels } from "../labels.ts";
import { Namespace } from "../namespace/namespace.ts";
import { platformSecret } from "../secrets/platform-secret.ts";
import { pullSecretsOf } from "../secrets/pull-secret.ts";
import { secretReader } from "../secrets/secret-reader.ts";
import { chartSourceOf, comparedByServer, ownCluster, retried, takesItsObjects } from "./application.ts";
import { chartsOf, repositoriesOf } from "./charts.ts";
import { project } from "./project.ts";

export interface PreviewsArgs {
  /** Name of the platform. */
  readonly platform: string;
  readonly previews: PreviewsSpec;
  readonly sync: SyncSource;
  readonly mirrors: Mirrors;
  readonly facts: ClusterFacts;
}

/** What the generator knows of a pull request, in place of the marks. Images are tagged as CI tags those of a commit. */
const ofPullRequest = { number: "{{.number}}", tag: "sha-{{trunc 12 .head_sha}}" };

/** Folder of a platform's preview among the rendered files: a Helm chart, whose parameters are the marks. */
const previewFolder = "preview";

export class Previews extends pulumi.ComponentResource {
  constructor(name: string, args: PreviewsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:delivery:Previews", name, {}, opts);
    const { platform, previews, sync, mirrors, facts } = args;
    const { platform: copy, project: spec } = previews;
    const labels = { ...ownerLabels({ platform }) };
    const namespace = new Namespace(
      name,
      { platform, spec: previews.namespace, pullSecret: facts.pullSecret },
      { parent: this },
    );
    this.pullSecrets(name, args, namespace);
    const inside = { name: spec.name, namespace: previews.namespace.name, labels };
    const repositories = repositoriesOf(chartsOf(copy, facts, mirrors));
    const anyNumber = { ...previewMarks, number: "*" };
    const owner = customResource(
      `${name}-project`,
      project({
        // Its namespaces by a pattern.
        platform: withExpressions(copy, anyNumber),
        spec,
        sync,
        repositories,
        applicationsIn: previews.namespace.name,
      }),
      { parent: this },
    );
    customResource(
      name,
      new ApplicationSet({
        metadata: inside,
        spec: {
          goTemplate: true,
          // A misspelt field fails, and does not make everybody's preview the same one.
          goTemplateOptions: ["missingkey=error"],
          generators: [generator(previews)],
          // An Application goes with its pull request, and takes what it synced with it.
          syncPolicy: { applicationsSync: "sync", preserveResourcesOnDeletion: false },
          template: template(args),
        },
      }),
      { parent: this, dependsOn: [namespace, owner] },
    );
    this.registerOutputs();
  }

  /** The Secrets that images are pulled with, for every preview to copy. */
  private pullSecrets(name: string, { platform, previews, facts }: PreviewsArgs, namespace: Namespace): void {
    const { namespace: spec } = previews;
    const opts = { parent: this, dependsOn: [namespace] };
    if (spec.pullSecret !== undefined) {
      const secret = { owner: { platform }, namespace, spec: spec.pullSecret };
      platformSecret(`${name}-${spec.pullSecret.name}-secret`, secret, opts);
    }
    const secrets = pullSecretsOf(facts, spec);
    if (secrets.length === 0) return;
    const metadata = { name: spec.name, namespace: spec.name, labels: { ...ownerLabels({ platform }) } };
    const forNamespaces = `^${asTemplate(previews.nameOfEach, { ...previewMarks, number: "[0-9]+" })}$`;
    secretReader(name, { metadata, right: metadata, secrets, forNamespaces }, opts);
  }
}

function generator({ pullRequests }: PreviewsSpec) {
  const { owner, repository, label, credentials, api, everySeconds } = pullRequests;
  return {
    pullRequest: {
      github: {
        owner,
        repo: repository,
        labels: [label],
        tokenRef: { secretName: credentials, key: "token" },
        ...(api === undefined ? {} : { api }),
      },
      requeueAfterSeconds: everySeconds,
    },
  };
}

/** The Application of a preview: the rendered copy as it is on the synced revision, never on the pull request's. */
function template({ platform, previews, sync, mirrors, facts }: PreviewsArgs) {
  const { platform: copy, project: spec, pullRequests, nameOfEach } = previews;
  const { repository, revision, folder, stack } = sync;
  const { owner, repository: sources } = pullRequests;
  const own = {
    repoURL: repository,
    targetRevision: revision,
    path: `${folder}/${stack}/${platform}/${previewFolder}`,
    helm: { releaseName: previewFolder, valuesObject: { ...previewMarks } },
  };
  const charts = chartsOf(copy, facts, mirrors).map(({ install }) => chartSourceOf(install));
  return withExpressions(
    {
      metadata: {
        name: nameOfEach,
        labels: { ...ownerLabels({ platform }) },
        annotations: { ...comparedByServer },
        finalizers: [...takesItsObjects],
      },
      spec: {
        project: spec.name,
        sources: [own, ...charts],
        destination: { server: ownCluster, namespace: nameOfEach },
        info: [{ name: "Pull request", value: `${owner}/${sources}#${previewMarks.number}` }],
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          syncOptions: ["ServerSideApply=true", "PruneLast=true", "FailOnSharedResource=true"],
          // A preview without a place waits for one.
          retry: retried(-1),
        },
        revisionHistoryLimit: 2,
      },
    },
    ofPullRequest,
  );
}
