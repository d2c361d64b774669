#!/usr/bin/env bash
# The way back of a deployment that failed: the rollback of the platform that the words name, on STACK. No window keeps a
# failed version in place: a rollback that is refused is an emergency, and recorded as one.
set -euo pipefail
status=0
./quint rollback "$@" --stack "$STACK" --yes || status=$?
if [ "$status" -eq 3 ]; then
  status=0
  ./quint rollback "$@" --stack "$STACK" --emergency || status=$?
fi
if [ "$status" -ne 0 ]; then echo "::error::$1 could not be rolled back on $STACK"; fi
