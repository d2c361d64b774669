import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crdModules, type CrdPin, permissiveCrds } from "../../../config/catalog/crds.ts";
import { definitionsIn } from "../../../simulation/crds/bundle.ts";
import {
  type Definition,
  hashAnnotation,
  permissive,
  prepare,
  withoutDescriptions,
} from "../../../simulation/crds/definition.ts";
import { parseDownloads, problemOf } from "../../../simulation/crds/modules.ts";

describe("the pins of custom resource definitions", () => {
  const pins: readonly CrdPin[] = Object.values(crdModules);

  it("name an exact version and the hash of its content", () => {
    for (const { module, version, sum, folder } of pins) {
      assert.match(version, /^v\d+\.\d+\.\d+$/, module);
      assert.match(sum, /^h1:[A-Za-z0-9+/]{43}=$/, module);
      assert.doesNotMatch(folder, /^\/|\.\./, module);
      // From version 2 on, Go has the major version in the module's path.
      const major = /\/v(\d+)$/.exec(module)?.[1] ?? "1";
      assert.ok(version.startsWith(`v${major}.`) || version.startsWith("v0."), `${module} ${version}`);
    }
    assert.equal(new Set(pins.map(({ module }) => module)).size, pins.length);
  });

  it("refuse a module whose content is not what was pinned, by name", () => {
    const pin: CrdPin = { module: "example.com/m", version: "v1.0.0", sum: "h1:right", folder: "crds" };
    const download = { Path: pin.module, Version: pin.version };
    assert.equal(problemOf(pin, { ...download, Sum: "h1:right" }), undefined);
    assert.equal(
      problemOf(pin, { ...download, Sum: "h1:wrong" }),
      "example.com/m v1.0.0: its sum is h1:wrong, and h1:right is pinned. Do not go on; find out why.",
    );
    assert.equal(problemOf(pin, { ...download, Error: "not found" }), "example.com/m v1.0.0: not found");
    assert.equal(problemOf(pin, undefined), "example.com/m v1.0.0: Go did not report it.");
  });

  it("are matched with Go's answers, which are objects one after another", () => {
    const one = { Path: "a", Version: "v1.0.0", Dir: "/a", Sum: "h1:a" };
    const two = { Path: "b", Version: "v2.0.0", Origin: { VCS: "git" } };
    const output = `${JSON.stringify(one, null, "\t")}\n${JSON.stringify(two, null, "\t")}\n`;
    assert.deepEqual([...parseDownloads(output).values()], [one, two]);
    assert.equal(parseDownloads("").size, 0);
  });
});

describe("a custom resource definition", () => {
  const published: Definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: "things.example.com",
      annotations: { "cert-manager.io/inject-ca-from": "a/b", "api-approved.kubernetes.io": "yes" },
    },
    spec: {
      group: "example.com",
      names: { kind: "Thing", plural: "things" },
      scope: "Namespaced",
      conversion: { strategy: "Webhook" },
      versions: [
        {
          name: "v1",
          served: true,
          schema: { openAPIV3Schema: { type: "object", description: "A thing." } },
        },
      ],
    },
  };

  it("loses descriptions, the conversion webhook and foreign annotations", () => {
    const prepared = prepare(published);
    assert.deepEqual(prepared.spec.versions[0], {
      name: "v1",
      served: true,
      schema: { openAPIV3Schema: { type: "object" } },
    });
    assert.deepEqual(prepared.spec.conversion, { strategy: "None" });
    const { [hashAnnotation]: hash, ...others } = prepared.metadata.annotations ?? {};
    assert.match(hash ?? "", /^[0-9a-f]{16}$/);
    assert.deepEqual(others, { "api-approved.kubernetes.io": "yes" });
  });

  it("keeps a property that is called description, at every depth", () => {
    const schema = {
      description: "dropped",
      properties: {
        description: { type: "string", description: "dropped" },
        list: { items: { description: "dropped" } },
      },
      anyOf: [{ description: "dropped", required: ["description"] }],
      additionalProperties: { description: "dropped", type: "string" },
      default: { description: "kept" },
      "x-kubernetes-validations": [{ rule: "self.description != ''", message: "kept" }],
    };
    assert.deepEqual(withoutDescriptions(schema), {
      properties: { description: { type: "string" }, list: { items: {} } },
      anyOf: [{ required: ["description"] }],
      additionalProperties: { type: "string" },
      default: { description: "kept" },
      "x-kubernetes-validations": [{ rule: "self.description != ''", message: "kept" }],
    });
  });

  it("accepts any content where only names are known", () => {
    const kafka = permissiveCrds.find(({ kind }) => kind === "Kafka");
    assert.ok(kafka);
    const definition = permissive(kafka);
    assert.equal(definition.metadata.name, "kafkas.kafka.strimzi.io");
    assert.deepEqual(definition.spec.versions[0]?.schema, {
      openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    });
  });

  it("is found in any YAML file of its folder, beside other documents", () => {
    const folder = mkdtempSync(join(tmpdir(), "quint-crds-"));
    try {
      assert.throws(() => definitionsIn(folder), /holds no custom resource definition/);
      mkdirSync(join(folder, "below"));
      writeFileSync(
        join(folder, "below", "two.yml"),
        `kind: Kustomization\n---\n${JSON.stringify(published)}\n---\n`,
      );
      writeFileSync(join(folder, "README.md"), "kind: CustomResourceDefinition");
      assert.deepEqual(definitionsIn(folder), [published]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
