#!/usr/bin/env bash
# Commits of a workflow name the person who started it; GitHub knows the address as theirs. GIT_SIGNING_KEY, where there is
# one, signs them: it is kept where the runner clears up after the job.
set -euo pipefail
git config user.name "$GITHUB_ACTOR"
git config user.email "$GITHUB_ACTOR_ID+$GITHUB_ACTOR@users.noreply.github.com"
if [ -n "${GIT_SIGNING_KEY:-}" ]; then
  export GNUPGHOME=$RUNNER_TEMP/gnupg
  mkdir -p -m 700 "$GNUPGHOME"
  gpg --batch --quiet --import <<<"$GIT_SIGNING_KEY"
  echo "GNUPGHOME=$GNUPGHOME" >> "$GITHUB_ENV"
fi
