#!/usr/bin/env bash
# Commits of a workflow name the person who started it; GitHub knows the address as theirs.
set -euo pipefail
git config user.name "$GITHUB_ACTOR"
git config user.email "$GITHUB_ACTOR_ID+$GITHUB_ACTOR@users.noreply.github.com"
