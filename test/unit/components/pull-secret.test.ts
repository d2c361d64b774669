/** Credentials of a private registry: in every namespace, named by every ServiceAccount, shown to nobody. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { keptUrns } from "../../../automation/session/keep.ts";
import type { NamespaceSpec } from "../../../platforms/model/index.ts";
import { at } from "../../support/objects.ts";
import { facts, lab, recordPlatform } from "../../support/test-platform.ts";

const login = '{"auths":{"registry.example.com":{"auth":"bG9naW4="}}}';
const withRegistry = () => ({
  ...facts,
  pullSecret: {
    name: "registry",
    registry: "registry.example.com",
    dockerConfigJson: pulumi.secret(login),
  },
});

describe("the pull secret of a cluster", () => {
  it("is in every namespace of a platform, and named by every ServiceAccount there", async () => {
    const recorded = await recordPlatform(lab(), withRegistry());
    const secrets = recorded.of("Secret").filter(({ name }) => name.endsWith("-registry"));
    assert.deepEqual(
      secrets.map(({ inputs }) => [inputs.type, at(inputs, "metadata.namespace")]).sort(),
      ["lab", "lab-data"].map((namespace) => ["kubernetes.io/dockerconfigjson", namespace]),
    );
    const accounts = recorded.rendered().objects.filter(({ kind }) => kind === "ServiceAccount");
    assert.ok(accounts.length >= 3);
    for (const account of accounts) {
      assert.deepEqual(account.imagePullSecrets, [{ name: "registry" }], account.metadata.name);
    }
  });

  it("is a secret of the state, and only its name is rendered", async () => {
    const recorded = await recordPlatform(lab(), withRegistry());
    const { objects, requiredSecrets } = recorded.rendered();
    assert.ok(!JSON.stringify(objects).includes(Buffer.from(login).toString("base64")));
    const [required] = requiredSecrets.filter(({ name }) => name === "registry");
    assert.equal(required?.purpose, "Pulls images from registry.example.com");
    assert.deepEqual(Object.keys(required.keys), [".dockerconfigjson"]);
  });

  it("is nowhere on a cluster without one", async () => {
    const recorded = await recordPlatform(lab());
    const accounts = recorded.rendered().objects.filter(({ kind }) => kind === "ServiceAccount");
    assert.ok(accounts.every((account) => !("imagePullSecrets" in account)));
    assert.ok(!recorded.names("Secret").includes("registry"));
  });

  it("stands beside one of the platform's own, which comes from a store, from a seal, or from people", async () => {
    const pullSecret = {
      name: "private-images",
      purpose: "Pulls images from private registries",
      rotation: 1,
      type: "kubernetes.io/dockerconfigjson",
      keys: { ".dockerconfigjson": { kind: "password", length: 1 } },
    } as const;
    const pulling = (source: Partial<NamespaceSpec>, existing = true) =>
      recordPlatform(
        {
          ...lab(),
          namespaces: lab().namespaces.map((namespace) => ({
            ...namespace,
            ...source,
            pullSecret: { ...pullSecret, existing },
          })),
        },
        withRegistry(),
      );
    const byPeople = await pulling({});
    const accounts = byPeople.rendered().objects.filter(({ kind }) => kind === "ServiceAccount");
    for (const account of accounts)
      assert.deepEqual(account.imagePullSecrets, [{ name: "registry" }, { name: "private-images" }]);
    assert.ok(!byPeople.names("Secret").includes("private-images"));
    const stored = await pulling({ secretStore: { store: "vault", prefix: "quint" } }, false);
    const external = stored.object("ExternalSecret", "private-images", "lab-data");
    assert.equal(at(external, "spec.target.template.type"), "kubernetes.io/dockerconfigjson");
    assert.deepEqual(at(external, "spec.data.0.remoteRef"), {
      key: "quint/lab-data/private-images",
      property: "dockerconfigjson",
    });
    const sealed = await pulling({ sealedSecrets: { "private-images": { ".dockerconfigjson": "Ag==" } } });
    const seal = sealed.object("SealedSecret", "private-images", "lab");
    assert.equal(at(seal, "spec.template.type"), "kubernetes.io/dockerconfigjson");
    assert.deepEqual(at(seal, "spec.encryptedData"), { ".dockerconfigjson": "Ag==" });
  });

  it("is not data: `down --keep-data` lets it go", () => {
    const urn = "urn:pulumi:dev::quint::kubernetes:core/v1:Secret::lab-registry";
    const inputs = {
      type: "kubernetes.io/dockerconfigjson",
      metadata: { name: "registry", annotations: { "quint.dev/purpose": "Pulls images" } },
    };
    const kept = (changes: object) =>
      keptUrns([{ urn, type: "kubernetes:core/v1:Secret", inputs: { ...inputs, ...changes } }], {
        keepData: true,
        keepNamespaces: false,
      });
    assert.deepEqual([kept({}), kept({ type: "Opaque" })], [[], [urn]]);
  });
});
