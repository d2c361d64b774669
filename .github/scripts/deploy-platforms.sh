#!/usr/bin/env bash
# Deploys each platform of a stack in the version that its settings name, checks its health, and records the outcome.
# `deploy` takes the backup, follows the strategy and rolls back by itself; where it succeeded and the checks after it fail,
# this rolls back. PLATFORMS is the output of `quint ci facts`; STACK the stack.
set -uo pipefail
failed=0
while IFS=$'\t' read -r platform version; do
  echo "::group::$platform $version"
  outcome=failure
  if [ -z "$version" ]; then
    # Images of several versions: `up` has deployed what the settings say.
    ./quint health-check "$platform" --stack "$STACK" && outcome=success
  elif ./quint deploy "$platform" --stack "$STACK" --version "$version" --yes; then
    if ./quint health-check "$platform" --stack "$STACK"; then
      outcome=success
    else
      ./quint rollback "$platform" --stack "$STACK" --reason "health check after $version failed, run $GITHUB_RUN_ID" --yes
    fi
  fi
  ./quint ci record "$STACK" "$platform" "$outcome" || failed=1
  echo "::endgroup::"
  if [ "$outcome" != success ]; then
    echo "::error::$platform $version failed on $STACK"
    failed=1
  fi
done < <(jq -r '.[] | [.name, .version] | @tsv' <<<"$PLATFORMS")
exit "$failed"
