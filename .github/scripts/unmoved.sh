#!/usr/bin/env bash
# A run waits for its approval; what it deploys has to be what was checked and approved. The manager commits on top of the
# branch, so the checkout is the branch: it must still be where it was.
set -euo pipefail
if [ "$(git rev-parse HEAD)" != "$GITHUB_SHA" ]; then
  echo "::error::$GITHUB_REF_NAME has moved on since this run began. Approve the newer run, or start one by hand again."
  exit 1
fi
