#!/usr/bin/env bash
# History and health of each of the PLATFORMS on STACK: as JSON Lines in report/, for people in the run's summary.
set -uo pipefail
mkdir -p report
failed=0
while read -r platform; do
  ./quint history "$platform" --stack "$STACK" --json >"report/$platform.jsonl" || failed=1
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
