#!/usr/bin/env bash
# A run waits for its approval; what is deployed after it has to be what was approved. The manager commits on top of the
# branch, so the checkout is the branch: it may have gained only commits to rendered manifests and stack files.
set -euo pipefail
moved=$(git diff --name-only "$GITHUB_SHA" HEAD -- . ':(exclude)deploy' ':(exclude)Pulumi.*.yaml')
if [ -n "$moved" ]; then
  echo "::error::main has moved on since this run was approved; approve the newer run instead."
  exit 1
fi
