/** The example bundle of OPA: which reviews may pass. Rules in Rego, what they compare with as data. */

/** Asked as `POST /v1/data/codereview/review` with `{"input": {...}}`; answers `allow` and every reason against it. */
const review = `# Which reviews may pass.
package codereview.review

default allow := false

allow if count(deny) == 0

deny contains reason if {
	some finding in input.findings
	finding.severity in data.codereview.blocking_severities
	reason := sprintf("%s: a %s finding blocks the review", [finding.id, finding.severity])
}

deny contains reason if {
	input.files > data.codereview.max_files
	reason := sprintf("%d files are more than the %d of one review", [input.files, data.codereview.max_files])
}

deny contains reason if {
	input.version in data.codereview.read_only_versions
	not input.method in data.codereview.safe_methods
	reason := sprintf("%s is read-only", [input.version])
}

deny contains "the author may not approve" if input.approver == input.author

# What is not said is not allowed.
deny contains reason if {
	some field in ["version", "method", "author", "approver", "files", "findings"]
	not field in object.keys(input)
	reason := sprintf("%s is missing", [field])
}
`;

const data = {
  codereview: {
    blocking_severities: ["critical", "high"],
    max_files: 300,
    read_only_versions: ["quarantine"],
    safe_methods: ["GET", "HEAD", "OPTIONS"],
  },
};

/** File name -> text. */
export const reviewPolicies: Readonly<Record<string, string>> = {
  "review.rego": review,
  "data.json": `${JSON.stringify(data, undefined, 2)}\n`,
};
