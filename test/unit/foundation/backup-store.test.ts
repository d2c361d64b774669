/** Velero takes the object store that came with the cluster, with as few credentials as that cloud allows. */
import assert from "node:assert/strict";
import { serviceAccounts } from "../../../components/cluster/cloud/service-accounts.ts";
import { chartOf } from "../../../config/catalog/charts.ts";
import type { Recording } from "../../../automation/render/record.ts";
import { at } from "../../support/objects.ts";
import { recordVariant } from "../../support/variants.ts";
import { eksSettings } from "../cluster/eks-stack.ts";
import { okeSettings } from "../cluster/oke-stack.ts";

const valuesIn = ({ registrations }: Recording) =>
  registrations.find(
    ({ type, inputs }) => type === "kubernetes:helm.sh/v3:Release" && inputs.name === "velero",
  )?.inputs.values;
const secretsIn = ({ registrations }: Recording) =>
  registrations.filter(
    ({ type, inputs }) =>
      type === "kubernetes:core/v1:Secret" && at(inputs, "metadata.namespace") === "velero",
  );

describe("the object store of a cluster", () => {
  it("of OKE is opened by a key in a Secret, which the chart names and does not carry", async () => {
    const recording = await recordVariant("production", okeSettings);
    const values = valuesIn(recording);
    assert.deepEqual(at(values, "credentials"), { useSecret: true, existingSecret: "velero-object-store" });
    assert.deepEqual(at(values, "configuration.backupStorageLocation"), [
      {
        name: "default",
        provider: "aws",
        bucket: "quint-production-backups",
        default: true,
        config: {
          region: "eu-frankfurt-1",
          s3Url: "https://quintnamespace.compat.objectstorage.eu-frankfurt-1.oraclecloud.com",
          s3ForcePathStyle: "true",
          checksumAlgorithm: "",
        },
      },
    ]);
    const [secret, ...others] = secretsIn(recording);
    assert.deepEqual(others, []);
    assert.equal(at(secret?.inputs, "metadata.name"), "velero-object-store");
  });

  it("of EKS is opened by the rights of Velero's own ServiceAccount", async () => {
    const recording = await recordVariant("production", eksSettings);
    const values = valuesIn(recording);
    assert.deepEqual(at(values, "credentials"), { useSecret: false });
    assert.equal(
      at(values, "configuration.backupStorageLocation.0.bucket"),
      "quint-production-backups-123456789012-eu-central-1",
    );
    assert.deepEqual(secretsIn(recording), []);
    const { namespace, release } = chartOf("velero");
    assert.deepEqual(serviceAccounts.velero, { namespace, name: `${release}-server` });
  });
});
