#!/usr/bin/env bash
# Opens a pull request from branch $1 to develop with title $2, and prints its number.
set -euo pipefail
curl --fail --silent --show-error --request POST \
  --header "Authorization: Bearer $GITHUB_TOKEN" --header 'Accept: application/vnd.github+json' \
  --data "$(jq -cn --arg head "$1" --arg title "$2" '{head: $head, base: "develop", title: $title}')" \
  "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/pulls" | jq -r .number
