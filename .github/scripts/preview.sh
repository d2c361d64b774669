#!/usr/bin/env bash
# Previews STACK (on CLUSTER, where one is named) and compares its rendered objects with those of origin/BASE. What is found
# goes to preview/, for the pull request's comment, also where it fails.
set -uo pipefail
mkdir -p preview
cluster=()
if [ -n "$CLUSTER" ]; then cluster=(--cluster "$CLUSTER"); fi
./quint preview "$STACK" ${cluster[@]+"${cluster[@]}"} >preview/plan.txt 2>preview/errors.txt
planned=$?
./quint diff "$STACK" --against "origin/$BASE" >preview/rendered.diff 2>>preview/errors.txt
compared=$?
if [ "$planned" -ne 0 ] || [ "$compared" -ne 0 ]; then
  cat preview/errors.txt >&2
  { echo "**Failed.** Its last lines:"; echo '```text'; tail -n 30 preview/errors.txt; echo '```'; } >preview/about.md
  exit 1
fi
if [ -n "$CLUSTER" ]; then
  echo "On a $CLUSTER cluster of the runner, which starts empty: everything is created there." >preview/about.md
else
  echo "Against the cluster as it is." >preview/about.md
fi
