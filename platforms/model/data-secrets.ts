/**
 * The Secrets of a data service, as pure data: what its connections name. Nobody else writes one of these, so the same
 * password stands in the client's environment, the server's configuration and every address.
 */
import {
  databaseSecret,
  dataPorts,
  kafkaConnection,
  neo4jUser,
  objectStoreConnection,
  readOnlyService,
  valkeyHost,
} from "./connection.ts";
import type { AirflowSpec, DataServiceSpec, ObjectStoreSpec, PostgresqlSpec } from "./data.ts";
import type { Platform } from "./platform.ts";
import type { SecretSpec, SecretValue } from "./secret.ts";

const password: SecretValue = { kind: "password", length: 32 };
const plain = (value: string): SecretValue => ({ kind: "plain", value });
const text = (template: string): SecretValue => ({ kind: "text", template });

/** A Secret that an operator makes beside what it runs. */
export interface OperatorSecret {
  readonly name: string;
  readonly keys: readonly string[];
}

/**
 * The Secrets that are generated for a service.
 *
 * @param namespace of the service: addresses in the Secrets work from every namespace.
 * @param others services of the same application, which its addresses may lead to.
 */
export function secretsOfData(
  spec: DataServiceSpec,
  namespace: string,
  others: readonly DataServiceSpec[] = [],
): readonly SecretSpec[] {
  const { rotation } = spec;
  switch (spec.kind) {
    case "postgresql":
      return [
        ...spec.databases.map((database) =>
          databaseUser(spec, { user: database, database, host: `${spec.name}-rw`, role: "owner" }, namespace),
        ),
        ...(spec.readers ?? []).map(({ name, database }) =>
          databaseUser(
            spec,
            { user: name, database, host: readOnlyService(spec), role: "reader" },
            namespace,
          ),
        ),
        ...(spec.recorder === undefined
          ? []
          : [
              databaseUser(
                spec,
                {
                  user: spec.recorder,
                  database: spec.databases[0] ?? "",
                  host: `${spec.name}-rw`,
                  role: "reader",
                },
                namespace,
              ),
            ]),
      ];
    case "valkey":
      return [
        {
          name: spec.name,
          purpose: spec.purpose,
          rotation,
          keys: {
            password,
            uri: text(`redis://:\${password}@${valkeyHost(spec)}.${namespace}:${dataPorts.valkey.valkey}/0`),
          },
        },
      ];
    case "kafka":
      return spec.users.map(({ name }) => ({
        name: kafkaConnection(spec, name).password.secret,
        purpose: `user "${name}" of ${spec.name}`,
        rotation,
        keys: { password },
      }));
    case "object-store":
      return objectStoreSecrets(spec);
    case "rabbitmq":
      return [
        {
          name: spec.name,
          purpose: spec.purpose,
          rotation,
          keys: {
            username: plain(spec.name),
            password,
            uri: text(
              `amqp://\${username}:\${password}@${spec.name}.${namespace}:${dataPorts.rabbitmq.amqp}/`,
            ),
            // What the server itself reads, by the operator's name for it.
            "default_user.conf": text("default_user = ${username}\ndefault_pass = ${password}\n"),
          },
        },
      ];
    case "neo4j":
      return [
        {
          name: spec.name,
          purpose: spec.purpose,
          rotation,
          // The chart reads user and password as one text.
          keys: { password, NEO4J_AUTH: text(`${neo4jUser}/\${password}`) },
        },
      ];
    case "airflow":
      return airflowSecrets(spec, namespace, others);
    case "opa":
    case "spark-application":
      return [];
  }
}

/** The Secrets that a service's operator makes, and that its clients name. */
export function operatorSecretsOf(spec: DataServiceSpec): readonly OperatorSecret[] {
  if (spec.kind !== "kafka") return [];
  const names = new Set(spec.users.map(({ name }) => kafkaConnection(spec, name).authority.secret));
  return [...names].map((name) => ({ name, keys: ["ca.crt"] }));
}

interface DatabaseUser {
  readonly user: string;
  readonly database: string;
  readonly host: string;
  readonly role: "owner" | "reader";
}

/**
 * The Secrets of a service that stand in another namespace as well, beside its callers there.
 *
 * @throws where one is named that the service does not have.
 */
export function copiesFor(
  spec: DataServiceSpec,
  namespace: string,
  others: readonly DataServiceSpec[],
): { readonly generated: readonly Copy[]; readonly byOperator: readonly Copy[] } {
  const generated = new Set(secretsOfData(spec, namespace, others).map(({ name }) => name));
  const byOperator = new Set(operatorSecretsOf(spec).map(({ name }) => name));
  const copies = Object.entries(spec.copiesOfSecrets ?? {}).flatMap(([target, names]) =>
    names.map((secret): Copy => ({ namespace: target, secret })),
  );
  const unknown = copies.find(({ secret }) => !generated.has(secret) && !byOperator.has(secret));
  if (unknown !== undefined) {
    throw new Error(
      `${spec.kind} "${spec.name}" has no Secret "${unknown.secret}" to copy to "${unknown.namespace}" ` +
        `(its Secrets: ${[...generated, ...byOperator].join(", ")})`,
    );
  }
  return {
    generated: copies.filter(({ secret }) => generated.has(secret)),
    byOperator: copies.filter(({ secret }) => byOperator.has(secret)),
  };
}

/** A Secret of a service, and a namespace that has the same. */
export interface Copy {
  readonly namespace: string;
  readonly secret: string;
}

function databaseUser(
  spec: PostgresqlSpec,
  { user, database, host, role }: DatabaseUser,
  namespace: string,
): SecretSpec {
  const { postgresql } = dataPorts.postgresql;
  const address = `${host}.${namespace}:${postgresql}/${database}`;
  return {
    name: databaseSecret(spec, user),
    purpose: `${role} of the database "${database}" of ${spec.name}`,
    rotation: spec.rotation,
    type: "kubernetes.io/basic-auth",
    // The operator gives a changed password to the server only where this stands.
    labels: { "cnpg.io/reload": "true" },
    keys: {
      username: plain(user),
      password,
      uri: text(`postgresql://\${username}:\${password}@${address}?sslmode=require`),
    },
  };
}

/** The user of an object store who sets its buckets up. */
export const storeAdministrator = "set-up";

/** Name of the Secret with the identities that the store reads, and the key of it that its chart names. */
export function storeIdentities(spec: Pick<ObjectStoreSpec, "name">) {
  return { secret: `${spec.name}-identities`, key: "seaweedfs_s3_config" } as const;
}

function objectStoreSecrets(spec: ObjectStoreSpec): readonly SecretSpec[] {
  const users = [
    { name: storeAdministrator, actions: ["Admin", "Read", "Write", "List", "Tagging"] },
    ...spec.users.map(({ name, access }) => ({
      name,
      actions: Object.entries(access).flatMap(([bucket, level]) =>
        [...(level === "write" ? ["Write", "Tagging"] : []), "Read", "List"].map(
          (action) => `${action}:${bucket}`,
        ),
      ),
    })),
  ];
  const secretOf = (user: string) => `${spec.name}-${user}`;
  const identities = users.map(({ name, actions }) => ({
    name,
    credentials: [
      { accessKey: `\${${secretOf(name)}/access-key}`, secretKey: `\${${secretOf(name)}/secret-key}` },
    ],
    actions,
  }));
  const { secret, key } = storeIdentities(spec);
  return [
    ...users.map(({ name }) => ({
      name: name === storeAdministrator ? secretOf(name) : objectStoreConnection(spec, name).accessKey.secret,
      purpose: `user "${name}" of ${spec.name}`,
      rotation: spec.rotation,
      keys: {
        "access-key": { kind: "password", length: 20 } as const,
        "secret-key": { kind: "password", length: 40 } as const,
      },
    })),
    {
      name: secret,
      purpose: `users of ${spec.name} and what each may do`,
      rotation: spec.rotation,
      keys: { [key]: text(JSON.stringify({ identities })) },
    },
  ];
}

/** Names of Airflow's Secrets, and the keys of them that its chart reads. */
export function airflowSecretNames({ name }: Pick<AirflowSpec, "name">) {
  return {
    database: { secret: `${name}-database`, key: "connection" },
    broker: { secret: `${name}-broker`, key: "connection" },
    fernet: { secret: `${name}-fernet`, key: "fernet-key" },
    api: { secret: `${name}-api`, key: "api-secret-key" },
    jwt: { secret: `${name}-jwt`, key: "jwt-secret" },
    /** The first user, who makes the others. */
    administrator: { secret: `${name}-administrator`, key: "password" },
  } as const;
}

function airflowSecrets(
  spec: AirflowSpec,
  namespace: string,
  others: readonly DataServiceSpec[],
): readonly SecretSpec[] {
  const names = airflowSecretNames(spec);
  const postgresql = serviceOf(others, "postgresql", spec.database.service, spec.name);
  const valkey = serviceOf(others, "valkey", spec.broker, spec.name);
  const owner = databaseSecret(postgresql, spec.database.database);
  const database = `${postgresql.name}-rw.${namespace}:${dataPorts.postgresql.postgresql}/${spec.database.database}`;
  const one = ({ secret, key }: { secret: string; key: string }, purpose: string, value: SecretValue) => ({
    name: secret,
    purpose,
    rotation: spec.rotation,
    keys: { [key]: value },
  });
  return [
    one(
      names.database,
      `${spec.name} at its database`,
      text(`postgresql+psycopg2://\${${owner}/username}:\${${owner}/password}@${database}?sslmode=require`),
    ),
    one(
      names.broker,
      `${spec.name} at its broker`,
      text(
        `redis://:\${${valkey.name}/password}@${valkeyHost(valkey)}.${namespace}:${dataPorts.valkey.valkey}/0`,
      ),
    ),
    one(names.fernet, `connections and variables that ${spec.name} keeps`, { kind: "key", length: 32 }),
    one(names.api, `sessions of ${spec.name}'s users`, password),
    one(names.jwt, `tokens of ${spec.name}'s workers`, { kind: "password", length: 64 }),
    {
      name: names.administrator.secret,
      purpose: `first user of ${spec.name}`,
      rotation: spec.rotation,
      keys: { username: plain("admin"), [names.administrator.key]: password },
    },
  ];
}

/** A service that another one cannot work without. @throws where the application does not declare it. */
export function serviceOf<Kind extends DataServiceSpec["kind"]>(
  services: readonly DataServiceSpec[],
  kind: Kind,
  name: string,
  by: string,
): Extract<DataServiceSpec, { kind: Kind }> {
  const found = services.find(
    (service): service is Extract<DataServiceSpec, { kind: Kind }> =>
      service.kind === kind && service.name === name,
  );
  if (found === undefined) {
    const names = services.map((service) => `${service.kind} ${service.name}`).join(", ") || "none";
    throw new Error(
      `"${by}" needs the ${kind} service "${name}", which its namespace does not have (it has: ${names})`,
    );
  }
  return found;
}

/** The data services of a namespace, of all its applications. */
export function servicesIn({ applications }: Platform, namespace: string): readonly DataServiceSpec[] {
  return applications
    .filter((application) => application.namespace === namespace)
    .flatMap(({ data = [] }) => data);
}
