#!/usr/bin/env bash
# Deploys VERSION of PLATFORM to STACK by STRATEGY (left out: the platform's own), checks its health, rolls back where the
# check fails after a deployment that succeeded, and records the outcome. DRY_RUN=true shows what would be done.
# HOTFIX=true goes through closed sync windows; JUSTIFICATION then stands in the history.
set -euo pipefail
on=(--stack "$STACK")
how=(--version "$VERSION")
if [ -n "${STRATEGY:-}" ]; then how+=(--strategy "$STRATEGY"); fi
if [ "${HOTFIX:-false}" = true ]; then how+=(--emergency); fi
if [ -n "${JUSTIFICATION:-}" ]; then how+=(--reason "$JUSTIFICATION"); fi
if [ "${DRY_RUN:-false}" = true ]; then
  ./quint deploy "$PLATFORM" "${on[@]}" "${how[@]}" --dry-run
  exit 0
fi
status=0
./quint deploy "$PLATFORM" "${on[@]}" "${how[@]}" --yes || status=$?
# Refused: nothing was changed, and nothing is recorded.
if [ "$status" -eq 3 ]; then exit 1; fi
# Delivered, and neither good nor bad until a person says so: once it is promoted, the same deployment again finds it in.
if [ "$status" -eq 4 ]; then
  echo "::warning::$PLATFORM $VERSION waits on $STACK: ./quint promote $PLATFORM --stack $STACK, then start this workflow again"
  exit 0
fi
outcome=failure
if [ "$status" -eq 0 ]; then
  if ./quint health-check "$PLATFORM" "${on[@]}"; then
    outcome=success
  else
    .github/scripts/take-back.sh "$PLATFORM" --reason "health check after $VERSION failed, run $GITHUB_RUN_ID"
  fi
fi
./quint ci record "$STACK" "$PLATFORM" "$outcome" --version "$VERSION"
[ "$outcome" = success ]
