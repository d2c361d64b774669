/** Check: the inputs in the form in which they are compared, sent and stored. */
import type { CheckRequest, CheckResult } from "../plugin/protocol.ts";
import { isUnknown } from "../plugin/values.ts";
import { toObject, toProperties } from "./checkpoint.ts";
import { type Context, isNamespaced } from "./context.ts";
import { kindOfUrn, refuseUnsupported } from "./kind.ts";
import { adoptName, assignName, hasGenerateName } from "./naming.ts";
import { normalizeInputs } from "./normalize.ts";
import { at, kindOf, setMetadata } from "./object.ts";

/**
 * Normalises the inputs, and fills in name and namespace. The API server itself judges whether the object is valid:
 * in a preview by a dry run.
 */
export async function check(context: Context, request: CheckRequest): Promise<CheckResult> {
  const { cluster, settings, log } = context;
  if (!cluster.reachable && settings.skipUpdateUnreachable) {
    log.log("warning", "Cluster is unreachable but skipUpdateUnreachable is set: skipping", request.urn);
    return { inputs: request.olds, failures: [] };
  }
  const olds = toObject(request.olds);
  const inputs = normalizeInputs(toObject(request.news));
  const kind = kindOf(inputs);
  refuseUnsupported(request.urn, kind);
  if (at(inputs, "metadata", "annotations", "pulumi.com/autonamed") !== undefined) {
    log.log(
      "warning",
      'ignoring user-specified value for internal annotation "pulumi.com/autonamed"',
      request.urn,
    );
  }

  if (Object.keys(olds).length > 0) adoptName(inputs, olds);
  else assignName(inputs, request.urn, request.randomSeed, request.autonaming);
  if (hasGenerateName(inputs)) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }

  const namespace = at(inputs, "metadata", "namespace");
  const isMissing = namespace === undefined || namespace === null || namespace === "";
  if (
    isMissing &&
    !isUnknown(at(inputs, "metadata")) &&
    (await isNamespaced(context, kindOfUrn(request.urn)))
  ) {
    setMetadata(inputs, "namespace", cluster.namespace);
  }
  return { inputs: toProperties(inputs, request.news), failures: [] };
}
