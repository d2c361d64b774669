#!/usr/bin/env bash
# The audit trail and the metrics of STACK, in report/; deliveries and health of each of the PLATFORMS in the run's summary.
set -uo pipefail
mkdir -p report
failed=0
./quint history --stack "$STACK" --jsonl >report/audit-trail.jsonl || failed=1
./quint history --stack "$STACK" --metrics report/deployments.prom || failed=1
while read -r platform; do
  {
    printf '## %s on %s\n\n```text\n' "$platform" "$STACK"
    ./quint history "$platform" --stack "$STACK" || failed=1
    echo
    # What is unhealthy is news for the report, not a failure of it.
    ./quint health-check "$platform" --stack "$STACK" || true
    printf '```\n\n'
  } >>"$GITHUB_STEP_SUMMARY" 2>&1
done < <(jq -r '.[].name' <<<"$PLATFORMS")
exit "$failed"
