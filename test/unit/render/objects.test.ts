/** From registrations to objects that may be written: nothing unknown, nothing missing, no secret. */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { recordProgram } from "../../support/program.ts";

const password = () => new random.RandomPassword("password", { length: 24 }).result;

const configMap = (data: Record<string, pulumi.Input<string>>) =>
  new k8s.core.v1.ConfigMap("resource", { metadata: { name: "settings", namespace: "lab" }, data });

/** A Deployment with one variable, and what its pods and itself are annotated with. */
const deployment = (args: {
  readonly value?: pulumi.Input<string>;
  readonly podAnnotation?: pulumi.Input<string>;
  readonly annotation?: pulumi.Input<string>;
}) =>
  new k8s.apps.v1.Deployment("api", {
    metadata: { name: "api", namespace: "lab", annotations: { note: args.annotation ?? "" } },
    spec: {
      selector: { matchLabels: { app: "api" } },
      template: {
        metadata: { labels: { app: "api" }, annotations: { hash: args.podAnnotation ?? "" } },
        spec: {
          containers: [{ name: "api", image: "api:1.0", env: [{ name: "TOKEN", value: args.value ?? "" }] }],
        },
      },
    },
  });

async function rendered(program: () => unknown) {
  const recorded = await recordProgram(() => {
    program();
    return {};
  });
  return recorded.rendered();
}

describe("kubernetesObjects", () => {
  it("takes Kubernetes objects and leaves components, providers and everything else out", async () => {
    const { objects, requiredSecrets } = await rendered(() => {
      new pulumi.ComponentResource("lab:index:Part", "part");
      new k8s.Provider("cluster", { kubeconfig: "none" });
      password();
      configMap({ level: "info" });
    });
    assert.deepEqual(objects, [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "settings", namespace: "lab" },
        data: { level: "info" },
      },
    ]);
    assert.deepEqual(requiredSecrets, []);
  });

  const leaks: Record<string, [() => unknown, string]> = {
    "in a ConfigMap": [
      () => configMap({ level: "info", password: password() }),
      "ConfigMap settings: data.password",
    ],
    "in a ConfigMap, in the middle of a text": [
      () => configMap({ url: pulumi.interpolate`postgres://app:${password()}@db/app` }),
      "ConfigMap settings: data.url",
    ],
    "in a ConfigMap, as JSON": [
      () => configMap({ "config.json": pulumi.jsonStringify({ auth: { password: password() } }) }),
      "ConfigMap settings: data.config.json",
    ],
    "in a variable": [
      () => deployment({ value: password() }),
      "Deployment api: spec.template.spec.containers.0.env.0.value",
    ],
    "in an annotation of the pods": [
      () => deployment({ podAnnotation: password() }),
      "Deployment api: spec.template.metadata.annotations.hash",
    ],
    "in an annotation of the object": [
      () => deployment({ annotation: password() }),
      "Deployment api: metadata.annotations.note",
    ],
    "that was declared to be none": [
      () => configMap({ password: pulumi.unsecret(password()) }),
      "ConfigMap settings: data.password",
    ],
    "in an object that is made from it": [
      () =>
        new k8s.core.v1.ConfigMap("settings", {
          metadata: password().apply((text) => ({ name: "settings", labels: { text } })),
        }),
      "ConfigMap settings: metadata.labels.text",
    ],
    // Where the value itself cannot be found any more, the field that it went into is named.
    "that is hashed": [
      () => configMap({ hash: password().apply((text) => String(text.length)) }),
      "ConfigMap settings: data",
    ],
    "that is encoded": [
      () => deployment({ annotation: password().apply((text) => Buffer.from(text).toString("base64")) }),
      "Deployment api: metadata.annotations.note",
    ],
    "that the program itself declares to be one": [
      () => configMap({ token: pulumi.secret("abc") }),
      "ConfigMap settings: data",
    ],
  };
  for (const [where, [program, place]] of Object.entries(leaks)) {
    it(`refuses a secret value ${where}, and names object and place`, async () => {
      await assert.rejects(rendered(program), {
        message: `${place} carries a secret value; name a Secret instead`,
      });
    });
  }

  const unknowns: Record<string, [(service: k8s.core.v1.Service) => unknown, string]> = {
    "an address that a cloud gives": [
      (service) => configMap({ ip: service.status.loadBalancer.ingress[0]!.ip }),
      "ConfigMap settings: data.ip",
    ],
    "a text around it": [
      (service) =>
        configMap({ url: pulumi.interpolate`http://${service.status.loadBalancer.ingress[0]!.hostname}` }),
      "ConfigMap settings: data.url",
    ],
    "the identity of an object": [
      (service) => deployment({ annotation: service.id }),
      "Deployment api: metadata.annotations.note",
    ],
    "a variable": [
      (service) => deployment({ value: service.status.loadBalancer.ingress[0]!.ip }),
      "Deployment api: spec.template.spec.containers.0.env.0.value",
    ],
    "the name of the object itself": [
      (service) => new k8s.core.v1.ConfigMap("by-resource", { metadata: { name: service.id } }),
      "ConfigMap by-resource: metadata.name",
    ],
  };
  for (const [what, [program, place]] of Object.entries(unknowns)) {
    it(`refuses ${what}, which is known only after a deployment`, async () => {
      const withService = () =>
        program(
          new k8s.core.v1.Service("front", { metadata: { name: "front" }, spec: { ports: [{ port: 80 }] } }),
        );
      await assert.rejects(rendered(withService), {
        message: `${place} is known only after a deployment`,
      });
    });
  }

  it("refuses null, which is not what was meant either", async () => {
    await assert.rejects(
      rendered(() => configMap({ level: null as unknown as string })),
      { message: "ConfigMap settings: data.level is null" },
    );
  });

  it("takes what is empty, zero and false", async () => {
    const { objects } = await rendered(() => configMap({ empty: "" }));
    assert.deepEqual(objects[0]?.data, { empty: "" });
    const deployed = await rendered(
      () =>
        new k8s.scheduling.v1.PriorityClass("zero", {
          metadata: { name: "zero" },
          value: 0,
          globalDefault: false,
        }),
    );
    assert.equal(deployed.objects[0]?.value, 0);
    assert.equal(deployed.objects[0].globalDefault, false);
  });

  describe("Secrets", () => {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const secret = (data: Record<string, pulumi.Input<string>>) =>
      new k8s.core.v1.Secret("credentials", {
        metadata: {
          name: "credentials",
          namespace: "lab",
          labels: { "app.kubernetes.io/managed-by": "quint" },
          annotations: { "quint.dev/purpose": "The database's user" },
        },
        data,
      });

    it("are named beside the objects and never among them: keys, purpose, and no value that is one", async () => {
      const { objects, requiredSecrets } = await rendered(() =>
        secret({ username: base64("app"), password: password().apply(base64), empty: "" }),
      );
      assert.deepEqual(objects, []);
      assert.deepEqual(requiredSecrets, [
        {
          name: "credentials",
          namespace: "lab",
          labels: { "app.kubernetes.io/managed-by": "quint" },
          keys: { empty: undefined, password: undefined, username: "app" },
          purpose: "The database's user",
          texts: { empty: "", password: "<generated by password>", username: "app" },
        },
      ]);
    });

    it("have their keys in the order of the alphabet", async () => {
      const { requiredSecrets } = await rendered(() => secret({ b: "", c: "", a: "" }));
      assert.deepEqual(Object.keys(requiredSecrets[0]!.keys), ["a", "b", "c"]);
    });

    it("may say no more than their name", async () => {
      const { requiredSecrets } = await rendered(
        () => new k8s.core.v1.Secret("resource", { metadata: { name: "bare" }, data: {} }),
      );
      assert.deepEqual(requiredSecrets, [
        { name: "bare", namespace: "default", labels: {}, keys: {}, purpose: "", texts: {} },
      ]);
    });

    it("of another API are objects like any other", async () => {
      const { objects, requiredSecrets } = await rendered(
        () =>
          new k8s.apiextensions.CustomResource("external", {
            apiVersion: "example.com/v1",
            kind: "Secret",
            metadata: { name: "external" },
          }),
      );
      assert.equal(objects.length, 1);
      assert.deepEqual(requiredSecrets, []);
    });
  });
});
