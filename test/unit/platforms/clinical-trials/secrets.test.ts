/** Seed 000, "Secrets Management": every credential that it lists is a Secret, and is read by reference alone. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../../policy/index.ts";
import { containersOf, workloadsIn } from "../../../../policy/workloads.ts";
import { objectsOf } from "../../../support/stacks.ts";
import { controllerOf, figure } from "./rendered.ts";

const namespace = "clinical-mlops-production";

describe("seed 000, Secrets Covered", () => {
  let objects: readonly KubernetesObject[];
  let here: readonly KubernetesObject[];
  let keys: ReadonlyMap<string, readonly string[]>;

  before(async () => {
    const rendered = await objectsOf("production", "simulated");
    objects = rendered.objects;
    here = objects.filter(({ metadata }) => metadata.namespace === namespace);
    keys = new Map(
      rendered.requiredSecrets.map((secret) => [
        `${secret.namespace}/${secret.name}`,
        Object.keys(secret.keys).sort(),
      ]),
    );
  });

  // Heading of the list -> the Secret, and its keys.
  const covered: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    "MinIO (access/secret keys)": [`${namespace}/object-store-mlflow`, ["access-key", "secret-key"]],
    "PostgreSQL (MLflow)": [`${namespace}/postgresql-mlflow`, ["password", "uri", "username"]],
    "PostgreSQL (Airflow)": [`${namespace}/postgresql-airflow`, ["password", "uri", "username"]],
    Redis: [`${namespace}/cache`, ["password", "uri"]],
    Kafka: [`${namespace}/kafka-producer`, ["password"]],
    "Clinical Gateway (JWT)": [`${namespace}/clinical-gateway-jwt`, ["signing-key"]],
    "Clinical Gateway (database)": [`${namespace}/postgresql-clinical`, ["password", "uri", "username"]],
    "Model Serving (API keys)": [`${namespace}/model-serving-api`, ["api-key"]],
    "Grafana (admin credentials)": ["platform-monitoring/grafana-admin", ["admin-password", "admin-user"]],
  };
  for (const [what, [name, wanted]] of Object.entries(covered)) {
    it(what, () => {
      assert.deepEqual(keys.get(name), wanted);
    });
  }

  it("TLS certificates are cert-manager's, in a Secret that the gateway names", () => {
    const gateway = figure(objects, "Gateway", "clinical-gateway", "spec.servers.1.tls.credentialName");
    const certificate = "api-clinical-mlops-example-com";
    assert.equal(figure(objects, "Certificate", certificate, "spec.secretName"), gateway);
  });

  // Workload -> variable -> the Secret and key that it is read from.
  const read = {
    "clinical-gateway": {
      JWT_SIGNING_KEY: "clinical-gateway-jwt/signing-key",
      DATABASE_URL: "postgresql-clinical/uri",
      CACHE_URL: "cache/uri",
    },
    "kafka-producer": { KAFKA_PASSWORD: "kafka-producer/password" },
    "kafka-consumer": { KAFKA_PASSWORD: "kafka-consumer/password" },
    mlflow: {
      MLFLOW_BACKEND_STORE_URI: "postgresql-mlflow/uri",
      AWS_SECRET_ACCESS_KEY: "object-store-mlflow/secret-key",
    },
    "model-serving": { API_KEY: "model-serving-api/api-key" },
  };
  for (const [workload, variables] of Object.entries(read)) {
    it(`${workload} reads its own by reference`, () => {
      const env = figure(
        here,
        controllerOf("production", workload),
        workload,
        "spec.template.spec.containers.0.env",
      ) as {
        name: string;
        valueFrom?: { secretKeyRef?: { name: string; key: string } };
      }[];
      for (const [variable, reference] of Object.entries(variables)) {
        const from = env.find(({ name }) => name === variable)?.valueFrom?.secretKeyRef;
        assert.equal(`${from?.name ?? ""}/${from?.key ?? ""}`, reference, variable);
      }
    });
  }

  it("no variable that sounds like a credential has a value of its own", () => {
    const plain = workloadsIn(here).flatMap(({ object, pod }) =>
      containersOf(pod)
        .flatMap(({ env = [] }) => env)
        .filter(({ name }) => /PASSWORD|SECRET|TOKEN|_KEY|DATABASE_URL|CACHE_URL|STORE_URI/.test(name))
        .filter(({ valueFrom }) => valueFrom?.secretKeyRef === undefined)
        .map(({ name }) => `${object.metadata.name} ${name}`),
    );
    assert.deepEqual(plain, []);
  });
});
