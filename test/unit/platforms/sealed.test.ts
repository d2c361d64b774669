/** What a stack may seal, and what is wrong about it. */
import assert from "node:assert/strict";
import type { SettingsError } from "../../../config/index.ts";
import { describeStack } from "../../../platforms/index.ts";
import { changed, problemsAfter, refusal } from "../config/project-folder.ts";

const ciphertext = "Ag".repeat(200);
const namespace = "clinical-mlops-dev";

type Sealed = Readonly<Record<string, Readonly<Record<string, string>>>>;
const stack = (sealed: Sealed) => changed("dev", { secrets: { sealed } });
const refused = (sealed: Sealed): SettingsError => refusal(() => describeStack(stack(sealed)));

describe("sealed Secrets of a stack", () => {
  it("reach the namespace that they are sealed for, and bring the add-on that opens them", () => {
    const described = describeStack(
      stack({ [`${namespace}/clinical-gateway-jwt`]: { "signing-key": ciphertext } }),
    );
    const found = described.platforms
      .flatMap(({ namespaces }) => namespaces)
      .filter(({ sealedSecrets }) => sealedSecrets !== undefined);
    assert.deepEqual(
      found.map(({ name, sealedSecrets }) => [name, sealedSecrets]),
      [[namespace, { "clinical-gateway-jwt": { "signing-key": ciphertext } }]],
    );
    const brings = ({ foundation }: typeof described) =>
      foundation.addOns.some(({ name }) => name === "sealed-secrets");
    assert.deepEqual([brings(described), brings(describeStack(stack({})))], [true, false]);
  });

  const wrong: Record<string, { sealed: Sealed; key: string; reason: RegExp; remedy: RegExp }> = {
    "a name that is misspelt": {
      sealed: { [`${namespace}/clinical-gateway-jtw`]: { "signing-key": ciphertext } },
      key: `quint:secrets.sealed["${namespace}/clinical-gateway-jtw"]`,
      reason: /^is no Secret of the stack's platforms$/,
      remedy: /^`clinical-mlops-dev\/clinical-gateway-jwt`$/,
    },
    "a key that is not there": {
      sealed: { [`${namespace}/object-store-mlflow`]: { "access-key": ciphertext } },
      key: `quint:secrets.sealed["${namespace}/object-store-mlflow"]`,
      reason: /^has no key `secret-key`, which is read$/,
      remedy:
        /^`secret-key`, from `kubeseal --raw .* --namespace clinical-mlops-dev --name object-store-mlflow /,
    },
    "a key that Quint writes": {
      sealed: { [`${namespace}/postgresql-mlflow`]: { password: ciphertext, uri: ciphertext } },
      key: `quint:secrets.sealed["${namespace}/postgresql-mlflow"].uri`,
      reason: /^is written by Quint, from the other keys$/,
      remedy: /^`password` alone$/,
    },
    "a Secret whose value another one holds": {
      sealed: { [`${namespace}/cache`]: { password: ciphertext } },
      key: `quint:secrets.sealed["${namespace}/airflow-broker"]`,
      reason: /^holds a value of `clinical-mlops-dev\/cache`, which is sealed: only you know it$/,
      remedy: /^seal `connection` of it, too$/,
    },
  };
  for (const [what, { sealed, key, reason, remedy }] of Object.entries(wrong)) {
    it(`refuse ${what}`, () => {
      const problem = refused(sealed).problems.find((found) => found.key === key);
      assert.match(problem?.reason ?? "", reason);
      assert.match(problem?.remedy ?? "", remedy);
    });
  }

  it("hold the credentials of a private registry, which nobody can generate", () => {
    const settings = changed("dev", {
      "images.pullSecret": "private-images",
      secrets: {
        sealed: Object.fromEntries(
          [namespace, "clinical-trials-restore-drill"].map((sealedFor) => [
            `${sealedFor}/private-images`,
            { ".dockerconfigjson": ciphertext },
          ]),
        ),
      },
    });
    const [found] = describeStack(settings)
      .platforms.flatMap(({ namespaces }) => namespaces)
      .filter(({ name }) => name === namespace);
    assert.deepEqual([found?.pullSecret?.name, found?.pullSecret?.existing], ["private-images", true]);
    assert.ok(found?.sealedSecrets?.["private-images"]);
  });

  it("do not share a name with the Secret that images are pulled with", () => {
    const settings = changed("dev", { "images.pullSecret": "cache" });
    const [problem] = refusal(() => describeStack(settings)).problems;
    assert.equal(problem?.key, "quint:images.pullSecret");
    assert.match(problem.reason, /^is the name of another Secret, `clinical-mlops-dev\/cache`/);
  });

  it("refuse a password that nobody has encrypted, and do not print it", () => {
    const password = "correct-horse-battery-staple";
    const [problem] = problemsAfter("dev", {
      secrets: { sealed: { [`${namespace}/cache`]: { password } } },
    });
    assert.match(problem?.reason ?? "", /is not what `kubeseal --raw` prints/);
    assert.ok(!JSON.stringify(problem).includes(password));
  });
});
