#!/usr/bin/env bash
# Installs a Python program of tools/<folder>/requirements.txt, every wheel checked against its hash, and puts it on the
# PATH of the next steps. Does nothing where the runner has the program already.
set -euo pipefail
folder=$1
program=$2
if command -v "$program" >/dev/null; then exit 0; fi
place=$RUNNER_TEMP/$folder
python3 -m venv "$place"
"$place/bin/pip" install --quiet --require-hashes --no-deps --requirement "tools/$folder/requirements.txt"
# Only the program: a whole venv on PATH would shadow python3.
mkdir -p "$place/path"
ln -s "$place/bin/$program" "$place/path/$program"
echo "$place/path" >>"$GITHUB_PATH"
