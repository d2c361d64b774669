#!/usr/bin/env bash
# Rolls PLATFORM on STACK back to TARGET (VERSION with specific_version) for REASON, and checks its health.
set -euo pipefail
how=(--stack "$STACK" --reason "$REASON" --yes)
if [ "$TARGET" = specific_version ]; then
  if [ -z "$VERSION" ]; then
    echo "::error::specific_version needs a version."
    exit 1
  fi
  how+=(--to "$VERSION")
fi
if [ "$EMERGENCY" = true ] || [ "$TARGET" = emergency_rollback ]; then how+=(--emergency); fi
./quint rollback "$PLATFORM" "${how[@]}"
./quint health-check "$PLATFORM" --stack "$STACK"
