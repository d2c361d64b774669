#!/usr/bin/env bash
# Writes the images of built/*/image.txt, or the one that another repository PUBLISHED, into the stacks that name them, and
# opens a pull request to develop. A release goes to staging and production, anything else to staging.
set -euo pipefail
if [ -n "${PUBLISHED:-}" ]; then
  images=$PUBLISHED
else
  images=$(cat built/*/image.txt 2>/dev/null || cat built/image.txt)
fi
# What comes from elsewhere is text until it has the form of an image.
while read -r image; do
  if [[ ! $image =~ ^[a-z0-9.:/_-]+:([A-Za-z0-9._-]+)@sha256:[0-9a-f]{64}$ ]]; then
    echo "::error::Not an image with tag and digest."
    exit 1
  fi
  version=${BASH_REMATCH[1]}
  stacks=(staging)
  if [[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then stacks+=(production); fi
  for stack in "${stacks[@]}"; do ./quint ci pin-image "$stack" "$image"; done
done <<<"$images"
if git diff --quiet; then
  echo "The settings say so already, or name none of these images."
  exit 0
fi
branch=images/$version-$GITHUB_RUN_ID
git switch --create "$branch"
git commit --quiet --message "Images $version, by digest" -- Pulumi.*.yaml
git push --quiet origin "$branch"
number=$(.github/scripts/open-pull-request.sh "$branch" "Images $version, by digest")
curl --fail --silent --show-error --request POST \
  --header "Authorization: Bearer $GITHUB_TOKEN" --header 'Accept: application/vnd.github+json' \
  --data "$(jq -cn --arg ref "$branch" --arg number "$number" '{ref: $ref, inputs: {pull_request: $number, base: "develop"}}')" \
  "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/actions/workflows/pull-request.yml/dispatches"
