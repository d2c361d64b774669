/** What the makers of clusters ask their cloud. A recording asks nobody: the answers are unknown, as before an `up`. */
import * as pulumi from "@pulumi/pulumi";

/** Fields of each answer that a maker reads. Any other question is a mistake of the program. */
const questions: Readonly<Record<string, readonly string[]>> = {
  "oci:ContainerEngine/getNodePoolOption:getNodePoolOption": ["sources"],
  "oci:Core/getServices:getServices": ["services"],
  "oci:Identity/getAvailabilityDomains:getAvailabilityDomains": ["availabilityDomains"],
};

/** The answer to a question, every field unknown; nothing where nobody should ask it. */
export function unansweredBy(token: string): Record<string, unknown> | undefined {
  const fields = questions[token];
  return fields && Object.fromEntries(fields.map((field) => [field, pulumi.unknown]));
}
