#!/usr/bin/env bash
# What is about to be deployed has run on staging, and worked: VERSION of PLATFORM; or, without a version, this commit's
# content, and the version of each of the PLATFORMS that production's settings name.
set -euo pipefail
if [ -n "$VERSION" ]; then
  ./quint ci require-record staging "$PLATFORM" --version "$VERSION"
  exit 0
fi
while IFS=$'\t' read -r name its_version; do
  ./quint ci require-record staging "$name"
  if [ -n "$its_version" ]; then ./quint ci require-record staging "$name" --version "$its_version"; fi
done < <(jq -r '.[] | [.name, .version] | @tsv' <<<"$PLATFORMS")
