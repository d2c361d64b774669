#!/usr/bin/env bash
# The images to build, as outputs of the step: those with a changed file since BEFORE, or (BEFORE empty) all.
set -euo pipefail
only=()
# A branch that was just made, or rewritten, has nothing to compare with.
if [ -n "$BEFORE" ] && git cat-file -e "$BEFORE^{commit}" 2>/dev/null; then
  git diff --name-only "$BEFORE" HEAD >"$RUNNER_TEMP/changed.txt"
  only=(--changed "$RUNNER_TEMP/changed.txt")
fi
./quint ci builds staging ${only[@]+"${only[@]}"} >>"$GITHUB_OUTPUT"
